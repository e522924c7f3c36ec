import { useTranslation } from 'react-i18next'
import { numberText } from '../parts/format.ts'
import { Panel } from '../parts/page-header.tsx'
import { FieldNames, NamedTables, useBasis } from './named.tsx'
import { PolicyTable } from './table.tsx'
import type { AuthorityShown, IdentityShown, PolicyShown } from './types.ts'

/** Whose word counts where several sources report one record, and by what two numbers or two records are taken to be one. */
export function Sources({ policy }: { policy: PolicyShown }) {
  const { t } = useTranslation()
  const { authority, identity } = policy.document
  return (
    <div className="page">
      {authority === undefined ? (
        <Panel title={t('policy.sources.ranks')}>{t('policy.sources.noRanks')}</Panel>
      ) : (
        <Authority policy={policy} rules={authority} />
      )}
      {identity !== undefined && <Identity policy={policy} rules={identity} />}
    </div>
  )
}

function Authority({ policy, rules }: { policy: PolicyShown; rules: AuthorityShown }) {
  const { t, i18n } = useTranslation()
  const basisOf = useBasis(policy)
  const groupOf = (name: string) => (i18n.exists(`policy.sources.groupNames.${name}`) ? t(`policy.sources.groupNames.${name}`) : name)
  const joined = (list: readonly string[]) => list.join(i18n.language === 'en' ? ', ' : '、')
  return (
    <>
      <Panel title={t('policy.sources.ranks')}>
        <p className="muted">{t('policy.sources.ranksText')}</p>
        <PolicyTable
          label={t('policy.sources.ranks')}
          heads={[t('policy.tables'), t('policy.fields'), t('policy.sources.source'), t('policy.sources.rank')]}
          rows={rules.ranks.map((rule) => ({
            key: JSON.stringify(rule),
            head: <NamedTables codes={rule.entities} />,
            cells: [
              rule.fields === undefined ? (
                t('policy.sources.everyField')
              ) : (
                <>
                  {joined(rule.fields.filter((one) => one.startsWith('@')).map((one) => groupOf(one.slice(1))))}
                  <FieldNames codes={rule.fields.filter((one) => !one.startsWith('@'))} tables={rule.entities} />
                </>
              ),
              <>
                {rule.tiers === undefined
                  ? t('policy.sources.everySource')
                  : t('policy.sources.enteredAt', { tiers: joined(rule.tiers.map((tier) => t(`common.tiers.${tier}`))) })}
                {rule.sources !== undefined && (
                  <ul className="names mono">
                    {rule.sources.map((source) => (
                      <li key={source}>{source}</li>
                    ))}
                  </ul>
                )}
              </>,
              rule.rank === null ? t('policy.sources.mayNot') : numberText(rule.rank),
            ],
            basis: basisOf(rule.basis),
          }))}
        />
      </Panel>
      <Panel title={t('policy.sources.groups')}>
        <p className="muted">{t('policy.sources.groupsText')}</p>
        <PolicyTable
          label={t('policy.sources.groups')}
          heads={[t('policy.sources.group'), t('policy.tables'), t('policy.fields')]}
          rows={rules.groups.map((rule) => ({
            key: `${rule.name} ${rule.entities.join(' ')}`,
            head: groupOf(rule.name),
            cells: [
              <NamedTables key="tables" codes={rule.entities} />,
              <FieldNames key="fields" codes={rule.fields} tables={rule.entities} />,
            ],
            basis: basisOf(rule.basis),
          }))}
        />
      </Panel>
      <Panel title={t('policy.sources.own')}>
        <p className="muted">{t('policy.sources.ownText')}</p>
        <PolicyTable
          label={t('policy.sources.own')}
          heads={[t('policy.tables'), t('policy.fields')]}
          rows={rules.ownStatements.map((rule) => ({
            key: JSON.stringify(rule),
            head: <NamedTables codes={rule.entities} />,
            cells: [<FieldNames key="fields" codes={rule.fields} tables={rule.entities} />],
            basis: basisOf(rule.basis),
          }))}
        />
      </Panel>
    </>
  )
}

function Identity({ policy, rules }: { policy: PolicyShown; rules: IdentityShown }) {
  const { t, i18n } = useTranslation()
  const basisOf = useBasis(policy)
  const { duplicates } = rules
  return (
    <Panel title={t('policy.sources.identity')}>
      <PolicyTable
        label={t('policy.sources.identity')}
        heads={[t('policy.publication.what'), t('policy.references.found')]}
        rows={[
          ...rules.automatic.map(({ rule, basis }) => ({
            key: rule,
            head: i18n.exists(`policy.sources.automatic.${rule}`) ? t(`policy.sources.automatic.${rule}`) : rule,
            cells: [t('policy.sources.asOne')],
            basis: basisOf(basis),
          })),
          {
            key: 'duplicates',
            head: t('policy.sources.duplicates'),
            cells: [
              t('policy.sources.duplicatesText', {
                percent: numberText(duplicates.threshold * 100),
                most: numberText(duplicates.blockMax),
              }),
            ],
            basis: basisOf(duplicates.basis),
          },
        ]}
      />
    </Panel>
  )
}
