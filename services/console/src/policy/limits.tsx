import { useTranslation } from 'react-i18next'
import { Panel } from '../parts/page-header.tsx'
import { conditionsOf } from './conditions.ts'
import { NamedTables, useBasis } from './named.tsx'
import { Said } from './qualification.tsx'
import { PolicyTable } from './table.tsx'
import type { PolicyShown } from './types.ts'

const tiers = ['county', 'municipal', 'provincial', 'national'] as const

/** What a sender may claim, what it may not change, who gives numbers, and which evidence is taken and how far it travels. */
export function Limits({ policy }: { policy: PolicyShown }) {
  const { t } = useTranslation()
  const { claims, locked, legacy, numbers, attachments } = policy.document
  const basisOf = useBasis(policy)
  if ([claims, locked, legacy, numbers, attachments].every((part) => part === undefined))
    return <Panel title={t('policy.tabs.limits')}>{t('policy.limits.none')}</Panel>
  return (
    <div className="page">
      {(claims !== undefined || locked !== undefined || legacy !== undefined) && (
        <Panel title={t('policy.limits.sent')}>
          <PolicyTable
            label={t('policy.limits.sent')}
            heads={[t('policy.limits.matter'), t('policy.limits.content')]}
            rows={[
              ...(claims === undefined
                ? []
                : [
                    {
                      key: 'claims',
                      head: t('policy.limits.claims'),
                      cells: [<Levels key="levels" highest={claims.dataLevelHighest} />],
                      basis: basisOf(claims.basis),
                    },
                  ]),
              ...(locked === undefined
                ? []
                : [
                    {
                      key: 'locked',
                      head: t('policy.limits.locked'),
                      cells: [<Locked key="locked" when={locked.when} onChange={locked.onChange} />],
                      basis: basisOf(locked.basis),
                    },
                  ]),
              ...(legacy === undefined
                ? []
                : [
                    {
                      key: 'legacy',
                      head: t('policy.limits.legacy'),
                      cells: [<Legacy key="legacy" rules={legacy.rules} />],
                      basis: basisOf(legacy.basis),
                    },
                  ]),
            ]}
          />
        </Panel>
      )}
      {numbers !== undefined && (
        <Panel title={t('policy.limits.numbers')}>
          <p className="muted">{t('policy.limits.numbersText')}</p>
          <PolicyTable
            label={t('policy.limits.numbers')}
            heads={[t('policy.tables'), t('policy.limits.issuer')]}
            rows={numbers.issuers.map((rule) => ({
              key: rule.entities.join(' '),
              head: <NamedTables codes={rule.entities} />,
              cells: [<ByTier key="tiers" values={rule.tiers} words={(value) => t(`policy.limits.issuers.${value}`)} />],
              basis: basisOf(rule.basis),
            }))}
          />
        </Panel>
      )}
      {attachments !== undefined && (
        <Panel title={t('policy.limits.attachments')}>
          <div className="page">
            <PolicyTable
              label={t('policy.limits.travel')}
              heads={[t('policy.tables'), t('policy.limits.travel')]}
              rows={attachments.travel.map((rule) => ({
                key: rule.entities.join(' '),
                head: <NamedTables codes={rule.entities} />,
                cells: [<ByTier key="tiers" values={rule.tiers} above words={(value) => t(`policy.limits.travels.${value}`)} />],
                basis: basisOf(rule.basis),
              }))}
            />
            <PolicyTable
              label={t('policy.limits.types')}
              heads={[t('policy.limits.types'), t('policy.limits.mediaType')]}
              rows={attachments.types.map((rule) => ({
                key: rule.mediaType,
                head: t(`policy.limits.typeNames.${rule.mediaType.replaceAll('.', '-')}`, { defaultValue: rule.mediaType }),
                cells: [
                  <code key="type" className="break">
                    {rule.mediaType}
                  </code>,
                ],
                basis: basisOf(rule.basis),
              }))}
            />
          </div>
        </Panel>
      )}
    </div>
  )
}

/** The highest data level that a tier may claim. */
function Levels({ highest }: { highest: Readonly<Record<string, string>> }) {
  const { t } = useTranslation()
  return (
    <ul className="bare-list">
      {tiers
        .filter((tier) => highest[tier] !== undefined)
        .map((tier) => (
          <li key={tier}>{t('policy.limits.highest', { tier: t(`common.tiers.${tier}`), level: highest[tier] })}</li>
        ))}
    </ul>
  )
}

function Locked({ when, onChange }: { when: Readonly<Record<string, unknown>>; onChange: string }) {
  const { t } = useTranslation()
  // The condition speaks of a record's data alone.
  const conditions = conditionsOf({ type: 'object', properties: { data: when }, required: ['data'] })
  return (
    <div className="verdict">
      {conditions.map((condition) => (
        <span key={JSON.stringify(condition)}>
          <Said condition={condition} tables={[]} />
        </span>
      ))}
      <span>→ {t(`policy.steps.changes.${onChange}`)}</span>
    </div>
  )
}

function Legacy({ rules }: { rules: Readonly<Record<string, string>> }) {
  const { t } = useTranslation()
  return (
    <ul className="bare-list">
      {Object.entries(rules).map(([rule, way]) => (
        <li key={rule}>
          <code>{rule}</code> {t(`policy.limits.legacyWays.${way}`)}
        </li>
      ))}
    </ul>
  )
}

/** A value for each tier: of this node, or of the level above it. */
function ByTier({
  values,
  words,
  above = false,
}: {
  values: Readonly<Record<string, string>>
  words: (value: string) => string
  above?: boolean
}) {
  const { t } = useTranslation()
  return (
    <ul className="bare-list">
      {tiers.flatMap((tier) => {
        const value = values[tier]
        if (value === undefined) return []
        const name = t(`common.tiers.${tier}`)
        return [
          <li key={tier}>
            {t(above ? 'policy.limits.toTier' : 'policy.limits.atTier', { tier: name })} {words(value)}
          </li>,
        ]
      })}
    </ul>
  )
}
