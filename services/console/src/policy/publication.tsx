import { useTranslation } from 'react-i18next'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { FieldNames, NamedTables, useBasis } from './named.tsx'
import type { PolicyShown } from './types.ts'
import './policy.css'

/** What of the records in force the public sees, each with its basis. */
export function Publication({ policy }: { policy: PolicyShown }) {
  const { t } = useTranslation()
  const basisOf = useBasis(policy)
  const { publication } = policy
  const own = policy.document.publication !== undefined
  const lists = [
    ['dated', publication.dated, publication.datedBasis],
    ['searched', publication.searched, publication.searchedBasis],
    ['wholeName', publication.wholeName, publication.wholeNameBasis],
  ] as const
  return (
    <Panel
      title={t('policy.publication.title')}
      extra={<StateTag meaning={own ? 'good' : 'info'}>{t(own ? 'policy.publication.own' : 'policy.publication.ruling')}</StateTag>}
    >
      <div className="page">
        <p className="muted">{t('policy.publication.text')}</p>
        <Scroll label={t('policy.publication.title')}>
          <table className="table policy-table stacked">
            <thead>
              <tr>
                <th scope="col">{t('policy.publication.what')}</th>
                <th scope="col">{t('policy.tables')}</th>
                <th scope="col">{t('policy.basis')}</th>
              </tr>
            </thead>
            <tbody>
              {publication.shown.map((one) => (
                <tr key={one.entities.join(' ')}>
                  <th scope="row">{t('policy.publication.shown')}</th>
                  <td data-label={t('policy.tables')}>
                    <NamedTables codes={one.entities} />
                  </td>
                  <td data-label={t('policy.basis')}>{basisOf(one.basis)}</td>
                </tr>
              ))}
              {lists.map(([name, codes, basis]) => (
                <tr key={name}>
                  <th scope="row">{t(`policy.publication.${name}`)}</th>
                  <td data-label={t('policy.tables')}>
                    <NamedTables codes={codes} />
                  </td>
                  <td data-label={t('policy.basis')}>{basisOf(basis ?? '')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        <h3>{t('policy.publication.withheld')}</h3>
        <Scroll label={t('policy.publication.withheld')}>
          <table className="table policy-table stacked">
            <thead>
              <tr>
                <th scope="col">{t('policy.tables')}</th>
                <th scope="col">{t('policy.fields')}</th>
                <th scope="col">{t('policy.basis')}</th>
              </tr>
            </thead>
            <tbody>
              <tr>
                <th scope="row">{t('policy.every')}</th>
                <td data-label={t('policy.fields')}>{t('policy.publication.sealed')}</td>
                <td data-label={t('policy.basis')}>{t('policy.publication.sealedBasis')}</td>
              </tr>
              {publication.withheld.map((rule) => (
                <tr key={rule.fields.join(' ')}>
                  <th scope="row">
                    <NamedTables codes={rule.entities} />
                  </th>
                  <td data-label={t('policy.fields')}>
                    <FieldNames codes={rule.fields} tables={rule.entities} />
                  </td>
                  <td data-label={t('policy.basis')}>{basisOf(rule.basis)}</td>
                </tr>
              ))}
              {publication.privateDevelopers !== undefined && (
                <tr>
                  <th scope="row">{t('policy.every')}</th>
                  <td data-label={t('policy.fields')}>{t('policy.publication.privateDevelopers')}</td>
                  <td data-label={t('policy.basis')}>{basisOf(publication.privateDevelopers.basis)}</td>
                </tr>
              )}
            </tbody>
          </table>
        </Scroll>
      </div>
    </Panel>
  )
}
