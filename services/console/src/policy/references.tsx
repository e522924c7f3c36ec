import { useTranslation } from 'react-i18next'
import { type Meaning, Panel, StateTag } from '../parts/page-header.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { NamedTables, useBasis, useFieldNames, useNamedTables } from './named.tsx'
import type { OnMissing, PolicyShown, ReferenceShown } from './types.ts'
import './policy.css'

const meanings: Readonly<Record<OnMissing, Meaning>> = { hold: 'warn', doubt: 'warn', warning: 'info', none: 'quiet' }

/** Which fields name records of other tables, and what a record without its parent meets; what several records together must not show. */
export function References({ policy }: { policy: PolicyShown }) {
  const { t } = useTranslation()
  const basisOf = useBasis(policy)
  const { references, linkage } = policy.document
  return (
    <div className="page">
      <Panel title={t('policy.references.title')}>
        <p className="muted">{t('policy.references.text')}</p>
        <Scroll label={t('policy.references.title')}>
          <table className="table policy-table stacked">
            <thead>
              <tr>
                <th scope="col">{t('policy.references.children')}</th>
                <th scope="col">{t('policy.references.names')}</th>
                <th scope="col">{t('policy.references.missing')}</th>
                <th scope="col">{t('policy.basis')}</th>
              </tr>
            </thead>
            <tbody>
              {references.map((one) => (
                <tr key={`${one.children.join(' ')} ${one.field} ${one.parent}`}>
                  <th scope="row">
                    <NamedTables codes={one.children} />
                  </th>
                  <td data-label={t('policy.references.names')}>
                    <Named one={one} />
                  </td>
                  <td data-label={t('policy.references.missing')}>
                    <Missing one={one} days={one.holdDays ?? linkage?.holdDays} />
                  </td>
                  <td data-label={t('policy.basis')}>
                    {one.inferred === true && <span className="tag">{t('standard.inferred')}</span>} {basisOf(one.basis)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Panel>
      {linkage !== undefined && <Linkage policy={policy} linkage={linkage} />}
    </div>
  )
}

/** The field, and the record that it names. */
function Named({ one }: { one: ReferenceShown }) {
  const { t } = useTranslation()
  const tableOf = useNamedTables()
  const nameOf = useFieldNames()
  const pairs = [[one.field, one.parentField], ...Object.entries(one.also ?? {})] as [string, string][]
  return (
    <div className="verdict">
      <strong title={one.parent}>{tableOf(one.parent)}</strong>
      {pairs.map(([field, parentField]) => (
        <span key={field} title={`${field} → ${parentField}`}>
          {nameOf(field, one.children)} → {nameOf(parentField, [one.parent])}
        </span>
      ))}
      <span className="muted">
        {one.presence !== undefined && t(`policy.references.presence.${one.presence}`)}
        {one.several === true && ` · ${t('policy.references.several')}`}
      </span>
    </div>
  )
}

function Missing({ one, days }: { one: ReferenceShown; days: number | undefined }) {
  const { t } = useTranslation()
  const usual: OnMissing = one.onMissing === 'ignore' ? 'none' : one.onMissing
  const words = (way: OnMissing) => (
    <StateTag meaning={meanings[way]}>
      {way === 'hold' && days !== undefined ? t('policy.references.holdFor', { days }) : t(`policy.references.ways.${way}`)}
    </StateTag>
  )
  return (
    <div className="verdict">
      {words(usual)}
      {Object.entries(one.tiers ?? {}).map(([tier, way]) => (
        <span key={tier} className="row">
          {t(`common.tiers.${tier}`)} {words(way)}
        </span>
      ))}
    </div>
  )
}

/** How long a record waits, and what is looked for over several records. */
function Linkage({ policy, linkage }: { policy: PolicyShown; linkage: NonNullable<PolicyShown['document']['linkage']> }) {
  const { t, i18n } = useTranslation()
  const basisOf = useBasis(policy)
  const doubts = [...Object.entries(linkage.doubts), ['conduct-code', linkage.conductCode] as const]
  return (
    <Panel title={t('policy.references.linkage')}>
      <Scroll label={t('policy.references.linkage')}>
        <table className="table policy-table stacked">
          <thead>
            <tr>
              <th scope="col">{t('policy.publication.what')}</th>
              <th scope="col">{t('policy.references.found')}</th>
              <th scope="col">{t('policy.basis')}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('policy.references.term')}</th>
              <td data-label={t('policy.references.found')}>{t('policy.references.days', { days: linkage.holdDays })}</td>
              <td data-label={t('policy.basis')}>{basisOf(linkage.holdBasis)}</td>
            </tr>
            {doubts.map(([name, one]) => (
              <tr key={name}>
                <th scope="row">{i18n.exists(`policy.references.doubts.${name}`) ? t(`policy.references.doubts.${name}`) : name}</th>
                <td data-label={t('policy.references.found')}>
                  <StateTag meaning={meanings[one.severity]}>{t(`policy.references.ways.${one.severity}`)}</StateTag>
                </td>
                <td data-label={t('policy.basis')}>{basisOf(one.basis)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
}
