import { useTranslation } from 'react-i18next'
import { Panel } from '../parts/page-header.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { NamedTables, useBasis } from './named.tsx'
import type { PolicyShown } from './types.ts'
import './policy.css'

/** What an update and a withdrawal do, table by table; the first row that names a table decides. */
export function Steps({ policy }: { policy: PolicyShown }) {
  const { t } = useTranslation()
  const basisOf = useBasis(policy)
  return (
    <Panel title={t('policy.tabs.steps')}>
      <p className="muted">{t('policy.steps.text')}</p>
      <Scroll label={t('policy.tabs.steps')}>
        <table className="table policy-table stacked">
          <thead>
            <tr>
              <th scope="col">{t('policy.tables')}</th>
              <th scope="col">{t('policy.steps.initialState')}</th>
              <th scope="col">{t('policy.steps.onChange')}</th>
              <th scope="col">{t('policy.steps.withdraw')}</th>
              <th scope="col">{t('policy.basis')}</th>
            </tr>
          </thead>
          <tbody>
            {policy.document.steps.map((step) => (
              <tr key={step.entities.join(' ')}>
                <th scope="row">
                  <NamedTables codes={step.entities} />
                </th>
                <td data-label={t('policy.steps.initialState')}>{t(`common.outcomes.${step.initialState}`)}</td>
                <td data-label={t('policy.steps.onChange')}>{t(`policy.steps.changes.${step.onChange}`)}</td>
                <td data-label={t('policy.steps.withdraw')}>{t(`policy.steps.withdrawals.${step.withdraw}`)}</td>
                <td data-label={t('policy.basis')}>{basisOf(step.basis)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
}
