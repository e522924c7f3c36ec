import { Button, Input, Popconfirm, Select } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Entity, EntityGroup } from '@huijiao/standard/browser'
import { useSend } from '../api/hooks.ts'
import { PageHeader, Panel } from '../parts/page-header.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { isInferred, nameIn, useRelease, useReleases } from '../standard/release.ts'
import { type Draft, useDrafts } from './drafts.ts'
import { conductReport } from './conduct.ts'
import '../submissions/submissions.css'
import './entry.css'

const groups: readonly EntityGroup[] = ['project', 'enterprise', 'person', 'conduct']

export const addressOfDraft = (draft: Pick<Draft, 'draftId' | 'entity' | 'release'>): string =>
  `/entry/${draft.entity === conductReport ? 'conduct-report' : draft.entity}?release=${encodeURIComponent(draft.release)}&draft=${draft.draftId}`

/** What can be entered, and what was begun. */
export default function EntryHome() {
  const { t, i18n } = useTranslation()
  const id = useId()
  const { releases, usual, query } = useReleases()
  const [chosen, setChosen] = useState<string | undefined>()
  const [words, setWords] = useState('')
  const release = useRelease(chosen ?? usual)
  const matches = (entity: Entity) => `${entity.nameZh} ${entity.nameEn} ${entity.code}`.toLowerCase().includes(words.trim().toLowerCase())
  return (
    <div className="page">
      <PageHeader title={t('entry.title')} text={t('entry.text')} />
      <Drafts />
      <Panel>
        <Link to="/entry/conduct-report" className="wide-link">
          <strong>{t('entry.report')}</strong>
          <span>{t('entry.reportText')}</span>
          <span className="tag">{t('entry.inferredForm')}</span>
        </Link>
      </Panel>
      <Panel title={t('entry.chooseTable')}>
        <search className="filters">
          <div className="filter">
            <label htmlFor={`${id}-words`}>{t('entry.search')}</label>
            <Input
              id={`${id}-words`}
              allowClear
              value={words}
              placeholder={t('entry.searchHint')}
              onChange={({ target }) => setWords(target.value)}
            />
          </div>
          <div className="filter">
            <label htmlFor={`${id}-release`}>{t('entry.release')}</label>
            <Select
              id={`${id}-release`}
              value={chosen ?? usual ?? null}
              loading={query.isPending}
              style={{ minWidth: 220 }}
              options={releases.map((one) => ({ value: one.id, label: `${one.id} ${nameIn(i18n.language, one)}` }))}
              onChange={(next) => setChosen(next ?? undefined)}
            />
          </div>
        </search>
        <Fetched query={release}>
          {(known) => {
            const found = [...known.entities.values()].filter(matches).filter((entity) => entity.code !== conductReport)
            if (found.length === 0) return <Empty />
            return (
              <>
                {groups
                  .filter((group) => found.some((entity) => entity.group === group))
                  .map((group) => (
                    <section key={group} aria-label={t(`entry.groups.${group}`)}>
                      <h3 className="group-title">{t(`entry.groups.${group}`)}</h3>
                      <ul className="tiles">
                        {found
                          .filter((entity) => entity.group === group)
                          .map((entity) => (
                            <li key={entity.code}>
                              <Link to={`/entry/${entity.code}?release=${known.id}`}>
                                <strong>{nameIn(i18n.language, entity)}</strong>
                                <span className="muted small break">
                                  {entity.code} ·{' '}
                                  {t('entry.fieldsCount', { count: entity.fields.filter((field) => field.kind !== 'attachment').length })}
                                </span>
                                {isInferred(entity) && <span className="tag small">{t('entry.inferred')}</span>}
                              </Link>
                            </li>
                          ))}
                      </ul>
                    </section>
                  ))}
              </>
            )
          }}
        </Fetched>
      </Panel>
    </div>
  )
}

function Drafts() {
  const { t } = useTranslation()
  const { query, drafts } = useDrafts()
  const remove = useSend('delete', '/admin/v1/drafts/{draftId}', ['/admin/v1/drafts'])
  return (
    <Panel title={t('entry.drafts')} extra={<span className="muted small">{t('entry.draftsText')}</span>}>
      <Fetched query={query}>
        {() =>
          drafts.length === 0 ? (
            <p className="muted">{t('entry.noDraftsText')}</p>
          ) : (
            <ul className="cards">
              {drafts.map((draft) => (
                <li key={draft.draftId} className="card-row row">
                  <Link to={addressOfDraft(draft)}>
                    <strong>{draft.title === '' ? t('entry.untitled') : draft.title}</strong>
                  </Link>
                  <span className="muted break">
                    {draft.entity} · {draft.release}
                  </span>
                  <Time at={draft.updatedAt} seconds={false} />
                  <Popconfirm
                    title={t('entry.deleteAsk')}
                    okText={t('common.confirm')}
                    cancelText={t('common.cancel')}
                    onConfirm={() => remove.mutate({ path: { draftId: draft.draftId } })}
                  >
                    <Button size="small">
                      {t('entry.deleteDraft')}
                      <span className="visually-hidden"> {draft.title}</span>
                    </Button>
                  </Popconfirm>
                </li>
              ))}
            </ul>
          )
        }
      </Fetched>
      {remove.error !== null && <ProblemView problem={remove.error.problem} />}
    </Panel>
  )
}
