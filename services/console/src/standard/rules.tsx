import { type Release, ruleCatalogue } from '@huijiao/standard/browser'
import { Input } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Scroll } from '../parts/scroll.tsx'
import { Panel, StateTag } from '../parts/page-header.tsx'
import type { SetParams } from './choose.tsx'

const kinds = ['legality', 'logic', 'authenticity', 'linkage'] as const
const look = { error: 'bad', doubt: 'warn', warning: 'info' } as const

/** What is asked beyond the form of each field, with basis and severity, and the page of each problem. */
export function Rules({ words, set }: { release: Release; words: string; set: SetParams }) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const en = i18n.language === 'en'
  const found = ruleCatalogue.filter((rule) =>
    `${rule.id} ${rule.zh} ${rule.en} ${rule.basis}`.toLowerCase().includes(words.trim().toLowerCase()),
  )
  return (
    <div className="page">
      <Panel>
        <div className="filters">
          <div className="filter">
            <label htmlFor={id}>{t('standard.search')}</label>
            <Input id={id} allowClear value={words} onChange={({ target }) => set({ q: target.value === '' ? null : target.value })} />
          </div>
          <output className="muted">{t('standard.count', { count: found.length })}</output>
        </div>
      </Panel>
      {kinds
        .filter((kind) => found.some((rule) => rule.kind === kind))
        .map((kind) => (
          <Panel key={kind} title={t(`standard.ruleKinds.${kind}`)}>
            <Scroll label={t(`standard.ruleKinds.${kind}`)}>
              <table className="std-table stacked">
                <thead>
                  <tr>
                    <th scope="col">{t('standard.rule')}</th>
                    <th scope="col">{t('standard.severity')}</th>
                    <th scope="col">{t('standard.basis')}</th>
                    <th scope="col">{t('standard.problem')}</th>
                  </tr>
                </thead>
                <tbody>
                  {found
                    .filter((rule) => rule.kind === kind)
                    .map((rule) => (
                      <tr key={rule.id}>
                        <th scope="row">
                          {en ? rule.en : rule.zh}
                          <div className="muted small">{rule.id}</div>
                        </th>
                        <td data-label={t('standard.severity')}>
                          {rule.severities.map((severity) => (
                            <StateTag key={severity} meaning={look[severity]}>
                              {t(`submissions.severity.${severity}`)}
                            </StateTag>
                          ))}
                        </td>
                        <td className="break" data-label={t('standard.basis')}>
                          {en ? rule.basisEn : rule.basis}
                        </td>
                        <td className="break" data-label={t('standard.problem')}>
                          {rule.codes.map((code) => (
                            <a key={code} href={`/problems/${code}`} target="_blank" rel="noreferrer" className="block">
                              {code}
                              <span className="visually-hidden">{t('common.opensNew')}</span>
                            </a>
                          ))}
                        </td>
                      </tr>
                    ))}
                </tbody>
              </table>
            </Scroll>
          </Panel>
        ))}
    </div>
  )
}
