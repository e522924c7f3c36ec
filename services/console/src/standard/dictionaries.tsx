import type { Dictionary, Release } from '@huijiao/standard/browser'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSession } from '../api/session.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { Panel, StateTag } from '../parts/page-header.tsx'
import { Empty } from '../parts/states.tsx'
import { Choose, type SetParams } from './choose.tsx'
import { nameIn, noteText } from './release.ts'

export function Dictionaries({ release, chosen, words, set }: { release: Release; chosen: string | null; words: string; set: SetParams }) {
  const { t, i18n } = useTranslation()
  const dictionary = release.dictionaries.get(chosen ?? '')
  const items = [...release.dictionaries.values()].map((one) => ({
    code: one.code,
    name: nameIn(i18n.language, one),
    note: `${one.nameZh} ${one.nameEn}`,
  }))
  return (
    <Choose
      label={t('standard.tabs.dictionaries')}
      words={words}
      set={set}
      items={items}
      chosen={chosen}
      onChoose={(code) => set({ dictionary: code })}
    >
      {dictionary === undefined ? (
        <Panel>
          <Empty title={t('standard.chooseDictionary')} />
        </Panel>
      ) : (
        <OneDictionary release={release} dictionary={dictionary} set={set} />
      )}
    </Choose>
  )
}

function OneDictionary({ release, dictionary, set }: { release: Release; dictionary: Dictionary; set: SetParams }) {
  const { t, i18n } = useTranslation()
  const { may } = useSession()
  const users = [...release.entities.values()].flatMap((entity) =>
    entity.fields
      .filter((field) => field.dictionary === dictionary.code || field.list === dictionary.code)
      .map((field) => ({ entity, field })),
  )
  const codes = [...dictionary.codes.values()]
  const dated = codes.some((code) => code.validFrom !== undefined || code.validTo !== undefined)
  const noted = codes.some((code) => code.note !== undefined && code.note !== '')
  return (
    <Panel
      title={
        <>
          {nameIn(i18n.language, dictionary)} <span className="muted">{dictionary.code}</span>
        </>
      }
      extra={
        may('POST', '/standards/:release/dictionaries/:code') && (
          <Link
            className="no-print"
            to={`/standards/dictionary?release=${encodeURIComponent(release.id)}&dictionary=${encodeURIComponent(dictionary.code)}`}
          >
            {t('dictionary.open')}
          </Link>
        )
      }
    >
      <p className="row">
        <StateTag meaning={dictionary.closed ? 'info' : 'quiet'}>{t(dictionary.closed ? 'standard.closed' : 'standard.open')}</StateTag>
        <StateTag meaning={dictionary.complete ? 'good' : 'warn'}>
          {t(dictionary.complete ? 'standard.complete' : 'standard.incomplete')}
        </StateTag>
        <span className="muted small break">
          {t('standard.provenance')} {noteText(i18n.language, dictionary.status)}
        </span>
      </p>
      {dictionary.missing !== undefined && (
        <p className="muted">{t('standard.missing', { text: i18n.language === 'en' ? dictionary.missing.en : dictionary.missing.zh })}</p>
      )}
      {dictionary.source !== undefined && (
        <p className="muted break">
          {[dictionary.source.title, dictionary.source.reference, dictionary.source.date].filter(Boolean).join(' · ')}
        </p>
      )}
      <Scroll label={t('standard.codes')}>
        <table className="std-table codes-table stacked">
          <thead>
            <tr>
              <th scope="col">{t('standard.code')}</th>
              <th scope="col">{t('standard.name')}</th>
              <th scope="col">{t('standard.english')}</th>
              {dated && <th scope="col">{t('standard.validity')}</th>}
              {noted && <th scope="col">{t('standard.note')}</th>}
            </tr>
          </thead>
          <tbody>
            {codes.map((code) => (
              <tr key={code.code}>
                <th scope="row" className="number">
                  {code.code}
                </th>
                <td className="break" data-label={t('standard.name')}>
                  {code.nameZh}
                </td>
                <td className="break muted" data-label={t('standard.english')}>
                  {code.nameEn}
                </td>
                {dated && (
                  <td className="number" data-label={t('standard.validity')}>
                    {code.validFrom ?? ''} – {code.validTo ?? ''}
                  </td>
                )}
                {noted && (
                  <td className="break muted" data-label={t('standard.note')}>
                    {code.note === undefined ? '' : noteText(i18n.language, code.note)}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <h3 className="group-title">{t('standard.usedBy')}</h3>
      <ul className="plain-list">
        {users.map(({ entity, field }) => (
          <li key={`${entity.code}.${field.code}`}>
            <button type="button" className="link-button" onClick={() => set({ tab: 'tables', table: entity.code, q: null })}>
              {nameIn(i18n.language, entity)} · {nameIn(i18n.language, field)}
            </button>{' '}
            <span className="muted small break">
              {entity.code}.{field.code}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
