import type { Entity, Field, Release } from '@huijiao/standard/browser'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSession } from '../api/session.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { Facts, Panel } from '../parts/page-header.tsx'
import { Empty } from '../parts/states.tsx'
import { Choose, type SetParams } from './choose.tsx'
import { isInferred, nameIn, noteText } from './release.ts'
import { unitIn } from './value-text.ts'

/** Whether something is stated by a source; if not, what of it was inferred, on hovering and for screen readers. */
export function Provenance({ marks }: { marks: readonly string[] }) {
  const { t, i18n } = useTranslation()
  if (marks.length === 0) return <span className="muted">{t('standard.stated')}</span>
  return (
    <details className="provenance">
      <summary>
        <span className="tag warn small">{t('standard.inferred')}</span>
      </summary>
      {marks.map((mark) => (
        <div key={mark} className="muted small break">
          {noteText(i18n.language, mark)}
        </div>
      ))}
    </details>
  )
}

export function Tables({ release, chosen, words, set }: { release: Release; chosen: string | null; words: string; set: SetParams }) {
  const { t, i18n } = useTranslation()
  const entity = release.entities.get(chosen ?? '')
  const items = [...release.entities.values()].map((one) => ({
    code: one.code,
    name: nameIn(i18n.language, one),
    note: `${one.nameZh} ${one.nameEn}`,
    mark: isInferred(one) ? <span className="tag small">{t('standard.inferred')}</span> : undefined,
  }))
  return (
    <Choose
      label={t('standard.tabs.tables')}
      words={words}
      set={set}
      items={items}
      chosen={chosen}
      onChoose={(code) => set({ table: code })}
    >
      {entity === undefined ? (
        <Panel>
          <Empty title={t('standard.chooseTable')} />
        </Panel>
      ) : (
        <OneTable release={release} entity={entity} set={set} />
      )}
    </Choose>
  )
}

function OneTable({ release, entity, set }: { release: Release; entity: Entity; set: SetParams }) {
  const { t, i18n } = useTranslation()
  const { may } = useSession()
  const base = `/v1/standards/${encodeURIComponent(release.id)}/templates/${entity.code}.xlsx`
  return (
    <Panel
      title={
        <>
          {nameIn(i18n.language, entity)} <span className="muted">{entity.code}</span>
        </>
      }
      extra={
        <span className="row no-print">
          <Button href={base}>{t('standard.template')}</Button>
          {may('GET', '/drafts') && (
            <Link to={`/entry/${entity.code}?release=${encodeURIComponent(release.id)}`}>{t('standard.enter')}</Link>
          )}
        </span>
      }
    >
      <Facts
        rows={[
          [
            t('standard.key'),
            entity.key.length === 0
              ? t('standard.keySource')
              : entity.key
                  .map((code) =>
                    nameIn(i18n.language, entity.fields.find((field) => field.code === code) ?? { nameZh: code, nameEn: code }),
                  )
                  .join('、'),
          ],
          [t('standard.version'), noteText(i18n.language, entity.version)],
          [t('standard.confidence'), noteText(i18n.language, entity.confidence)],
          [t('standard.provenance'), <Provenance key="p" marks={entity.provenance} />],
        ]}
      />
      <Scroll label={t('standard.fields')}>
        <table className="std-table stacked">
          <thead>
            <tr>
              <th scope="col">{t('standard.field')}</th>
              <th scope="col">{t('standard.kind')}</th>
              <th scope="col">{t('standard.must')}</th>
              <th scope="col">{t('standard.dictionary')}</th>
              <th scope="col">{t('standard.privacy')}</th>
              <th scope="col">{t('standard.provenance')}</th>
            </tr>
          </thead>
          <tbody>
            {entity.fields.map((field) => (
              <FieldRow key={field.code} release={release} entity={entity} field={field} set={set} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  )
}

function sizeOf(field: Field): string {
  if (field.length !== undefined && field.kind === 'text') return ` ${field.length}`
  if (field.precision !== undefined) return ` ${field.precision},${field.scale ?? 0}`
  return ''
}

function FieldRow({ release, entity, field, set }: { release: Release; entity: Entity; field: Field; set: SetParams }) {
  const { t, i18n } = useTranslation()
  const code = field.dictionary ?? field.list
  const dictionary = code === undefined ? undefined : release.dictionaries.get(code)
  const condition = entity.conditions.find((one) => one.require.includes(field.code))
  return (
    <tr>
      <th scope="row">
        {nameIn(i18n.language, field)}
        <div className="muted small">{field.code}</div>
        {field.note !== undefined && <div className="muted small break">{noteText(i18n.language, field.note)}</div>}
      </th>
      <td data-label={t('standard.kind')}>
        {t(`standard.kinds.${field.kind}`)}
        <span className="number">{sizeOf(field)}</span>
        {field.unit !== undefined && ` ${unitIn(i18n.language, field.unit)}`}
      </td>
      <td data-label={t('standard.must')}>
        {field.mandatory ? (
          <b>{t('standard.must')}</b>
        ) : field.conditional ? (
          t('standard.conditional')
        ) : (
          <span className="muted">{t('standard.optional')}</span>
        )}
        {condition !== undefined && (
          <div className="muted small break">
            {i18n.language === 'en' ? (release.basisEn?.[condition.basis] ?? condition.basis) : condition.basis}
          </div>
        )}
      </td>
      <td data-label={t('standard.dictionary')}>
        {dictionary === undefined ? (
          <span className="muted">—</span>
        ) : (
          <button type="button" className="link-button" onClick={() => set({ tab: 'dictionaries', dictionary: dictionary.code, q: null })}>
            {nameIn(i18n.language, dictionary)}
          </button>
        )}
      </td>
      <td data-label={t('standard.privacy')}>
        {field.privacy === 'open' ? (
          <span className="muted">{t('standard.privacies.open')}</span>
        ) : (
          t(`standard.privacies.${field.privacy}`)
        )}
      </td>
      <td data-label={t('standard.provenance')}>
        <Provenance marks={field.provenance} />
      </td>
    </tr>
  )
}

/** Workbooks to fill in, one a table. */
export function Templates({ release }: { release: Release }) {
  const { t, i18n } = useTranslation()
  return (
    <Panel title={t('standard.tabs.templates')}>
      <ul className="template-list">
        {[...release.entities.values()].map((entity) => (
          <li key={entity.code}>
            <a href={`/v1/standards/${encodeURIComponent(release.id)}/templates/${entity.code}.xlsx`} download>
              {nameIn(i18n.language, entity)}
            </a>{' '}
            <span className="muted small break">{entity.code}.xlsx</span>{' '}
            <a
              className="small"
              href={`/v1/schemas/${encodeURIComponent(release.id)}/${entity.code}.json`}
              target="_blank"
              rel="noreferrer"
            >
              {t('standard.schema')}
              <span className="visually-hidden">
                {' '}
                {entity.code}
                {t('common.opensNew')}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
