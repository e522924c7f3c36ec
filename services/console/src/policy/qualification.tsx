import { useTranslation } from 'react-i18next'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { useRelease, useReleases } from '../standard/release.ts'
import { type Condition, conditionsOf } from './conditions.ts'
import { NamedTables, useBasis, useFieldNames } from './named.tsx'
import type { PolicyShown, QualificationRuleShown } from './types.ts'
import './policy.css'

const tiers = ['national', 'provincial', 'municipal', 'county']

/** What goes up a link and what stays, list by list: from the top, the first rule that says no decides. */
export function Qualification({ policy }: { policy: PolicyShown }) {
  const { t } = useTranslation()
  const lists = Object.entries(policy.document.qualification)
  const named = lists.filter(([name]) => name !== 'default').map(([name]) => name)
  const titleOf = (name: string) =>
    tiers.includes(name)
      ? t('policy.qualification.to', { tier: t(`common.tiers.${name}`) })
      : name === 'default'
        ? t(named.some((one) => tiers.includes(one)) ? 'policy.qualification.toOthers' : 'policy.qualification.toAll')
        : t('policy.qualification.named', { name })
  return (
    <div className="page">
      <p className="muted">{t('policy.qualification.text')}</p>
      {lists.map(([name, rules]) => (
        <Panel key={name} title={titleOf(name)}>
          <RuleTable label={titleOf(name)} rules={rules} policy={policy} />
        </Panel>
      ))}
    </div>
  )
}

function RuleTable({ label, rules, policy }: { label: string; rules: readonly QualificationRuleShown[]; policy: PolicyShown }) {
  const { t } = useTranslation()
  const basisOf = useBasis(policy)
  if (rules.length === 0) return <p className="muted">{t('policy.qualification.none')}</p>
  return (
    <Scroll label={label}>
      <table className="table policy-table stacked">
        <thead>
          <tr>
            <th scope="col">{t('policy.qualification.when')}</th>
            <th scope="col">{t('policy.qualification.verdict')}</th>
            <th scope="col">{t('policy.basis')}</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.id}>
              <th scope="row">
                <Conditions rule={rule} />
                <span className="muted small mono break">{rule.id}</span>
              </th>
              <td data-label={t('policy.qualification.verdict')}>
                <Verdict rule={rule} policy={policy} />
              </td>
              <td data-label={t('policy.basis')}>{basisOf(rule.basis)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Verdict({ rule: { verdict }, policy }: { rule: QualificationRuleShown; policy: PolicyShown }) {
  const { t, i18n } = useTranslation()
  if (verdict.qualifies)
    return (
      <div className="verdict">
        <StateTag meaning="good">{t('policy.qualification.goesUp')}</StateTag>
        <span>
          {t('policy.qualification.flag')} <code>{verdict.flag}</code>
        </span>
      </div>
    )
  const words = policy.document.reasons[verdict.reason]
  return (
    <div className="verdict">
      <StateTag meaning={verdict.kind === 'incomplete' ? 'warn' : 'quiet'}>{t(`policy.qualification.stays.${verdict.kind}`)}</StateTag>
      <span>{words === undefined ? verdict.reason : i18n.language === 'en' ? words.en : words.zh}</span>
      {verdict.byDecision !== undefined && <StateTag meaning="info">{t('policy.qualification.byDecision')}</StateTag>}
    </div>
  )
}

function Conditions({ rule }: { rule: QualificationRuleShown }) {
  const conditions = conditionsOf(rule.when)
  const tables = conditions.flatMap((one) => (one.kind === 'tables' ? one.values : []))
  return (
    <ul className="bare-list conditions">
      {conditions.map((condition) => (
        <li key={JSON.stringify(condition)}>
          <Said condition={condition} tables={tables} />
        </li>
      ))}
    </ul>
  )
}

/** A condition in words. */
export function Said({ condition, tables }: { condition: Condition; tables: readonly string[] }) {
  const { t, i18n } = useTranslation()
  const nameOf = useFieldNames()
  const { usual } = useReleases()
  const release = useRelease(usual)
  const joined = (list: readonly string[]) => list.join(i18n.language === 'en' ? ', ' : '、')
  if (condition.kind === 'tables')
    return (
      <>
        {t('policy.tables')} <NamedTables codes={condition.values} />
      </>
    )
  if (condition.kind === 'state')
    return <>{t('policy.qualification.state', { values: joined(condition.values.map((one) => t(`records.states.${one}`))) })}</>
  if (condition.kind === 'tiers')
    return <>{t('policy.qualification.tier', { values: joined(condition.values.map((one) => t(`common.tiers.${one}`))) })}</>
  if (condition.kind === 'given' || condition.kind === 'missing')
    return <>{t(`policy.qualification.${condition.kind}`, { fields: joined(condition.fields.map((field) => nameOf(field, tables))) })}</>
  if (condition.kind === 'other')
    return (
      <>
        {t('policy.qualification.other')} <code className="break">{JSON.stringify(condition.schema)}</code>
      </>
    )
  const { field, is, values, orAbsent } = condition
  const dictionaries = release.data?.dictionaries
  const entities = [...(release.data?.entities.values() ?? [])]
  const list = entities.flatMap((entity) => entity.fields).find((one) => one.code === field)?.dictionary
  /** A code with what it stands for, a list by its code. */
  const valueOf = (value: string) => {
    const code = list === undefined || !is.endsWith('one-of') ? undefined : dictionaries?.get(list)?.codes.get(value)
    return code === undefined ? value : `${value} ${i18n.language === 'en' && code.nameEn !== '' ? code.nameEn : code.nameZh}`
  }
  return (
    <>
      {t('policy.qualification.field', { field: nameOf(field, tables) })} {t(`policy.qualification.is.${is}`)}{' '}
      {is.endsWith('matches') ? <code className="break">{values[0]}</code> : joined(values.map(valueOf))}
      {orAbsent && ` ${t('policy.qualification.orAbsent')}`}
    </>
  )
}
