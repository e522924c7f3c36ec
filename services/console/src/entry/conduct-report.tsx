import type { Release } from '@huijiao/standard/browser'
import { Button, Checkbox } from 'antd'
import { useDeferredValue, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { Panel } from '../parts/page-header.tsx'
import { Empty } from '../parts/states.tsx'
import { nameIn } from '../standard/release.ts'
import { newId } from '../submissions/send.ts'
import type { Attached } from './attachment.ts'
import { Attachments } from './attachments.tsx'
import { Begun } from './begun.tsx'
import {
  conductParts,
  type ConductParts,
  conductReport,
  judgeReport,
  placed,
  recordsOfReport,
  type ReportContent,
  sharedWithPerson,
} from './conduct.ts'
import { FillingPage } from './filling-parts.tsx'
import { useFilling } from './filling.ts'
import { type Data, isError } from './judge.ts'
import { emptyForm, ErrorSummary, Fields, type FormState, FormSections } from './record-form.tsx'
import type { Begin } from './unsent.ts'
import '../submissions/submissions.css'
import './entry.css'

/** The reporting form of 2007 as one page: the company, what it did, and the registered persons concerned, of which the records are made. */
export default function ConductReport() {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  return (
    <Begun title={t('entry.report')}>
      {(release, begun) =>
        conductParts(release, true) === null ? (
          <Empty title={t('entry.notFound')} />
        ) : (
          <Report key={params.get('draft')} release={release} begun={begun} />
        )
      }
    </Begun>
  )
}

/** What a record says stays Chinese whatever the language of the page. */
const evidenceKind = '处罚决定书'

/** A person as the page holds it. */
interface PersonState {
  readonly id: string
  readonly state: FormState
}

const personsOf = (begun: Begin | null): PersonState[] => {
  const kept = begun?.content.more?.['persons']
  return (Array.isArray(kept) ? (kept as { id: string; data: Data }[]) : []).map(({ id, data }) => ({ id, state: { ...emptyForm, data } }))
}

function Report({ release, begun }: { release: Release; begun: Begin | null }) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [withCompany, setWithCompany] = useState(begun?.content.more?.['withCompany'] !== false)
  const parts = useMemo(() => conductParts(release, withCompany) as ConductParts, [release, withCompany])
  const [state, setState] = useState<FormState>({ ...emptyForm, data: begun?.content.data ?? {} })
  const [persons, setPersons] = useState<readonly PersonState[]>(() => personsOf(begun))
  const [attachments, setAttachments] = useState<readonly Attached[]>(begun?.content.attachments ?? [])
  const content = useMemo<ReportContent>(
    () => ({ data: state.data, withCompany, persons: persons.map((one) => ({ id: one.id, data: one.state.data })), attachments }),
    [state.data, withCompany, persons, attachments],
  )
  const filling = useFilling<ReportContent>({
    release,
    begun,
    content,
    draftOf: (kept) => ({
      entity: conductReport,
      title: [kept.data['CorpName'], kept.data['PunishNumber']].filter((one) => typeof one === 'string').join(' '),
      content: { data: { ...kept.data }, attachments, more: { withCompany, persons: kept.persons } },
    }),
    recordsOf: (kept) => recordsOfReport(parts, kept).map(({ record }) => record),
    isSound: (kept) => !judgeReport(release, recordsOfReport(parts, kept)).some(({ problem }) => isError(problem)),
  })
  const shown = useDeferredValue(content)
  const records = useMemo(() => recordsOfReport(parts, shown), [parts, shown])
  const judged = useMemo(() => judgeReport(release, records), [release, records])
  // What only the node can find stands until something is changed.
  const answers = filling.refused?.content === shown ? (filling.refused.receipt.records ?? []) : []
  const fromNode = placed(
    records,
    records.map((_record, at) => answers.find((one) => one.index === at)?.problems ?? []),
  )
  const same = (one: (typeof judged)[number], other: (typeof judged)[number]) =>
    one.person === other.person && one.problem.code === other.problem.code && one.problem.pointer === other.problem.pointer
  const all = [...judged, ...fromNode.filter((one) => !judged.some((other) => same(one, other)))]
  const problemsAt = (person: number | null) => all.filter((one) => one.person === person).map(({ problem }) => problem)
  const prefixOf = (person: PersonState) => `${id}-${person.id}`
  const nameOf = (at: number) => t('entry.person.name', { n: at + 1 })
  const fields = parts.sections.flatMap((section) => section.fields)
  const begin = (kept: Data) => {
    setState({ ...emptyForm, data: kept })
    setPersons([])
    setAttachments([])
  }
  return (
    <FillingPage
      filling={filling}
      release={release}
      title={t('entry.report')}
      text={t('entry.reportText')}
      before={<p className="notice warn">{t('entry.inferredForm')}</p>}
      summary={
        <ErrorSummary
          parts={[
            { prefix: id, fields, problems: problemsAt(null) },
            ...persons.map((person, at) => ({
              prefix: prefixOf(person),
              fields: parts.personFields,
              problems: problemsAt(at),
              whose: nameOf(at),
            })),
          ]}
        />
      }
      partly
      onNext={() => begin({})}
      onSimilar={() => begin(state.data)}
    >
      <FormSections
        prefix={id}
        release={release}
        sections={parts.sections}
        state={state}
        asked={filling.asked}
        problems={problemsAt(null)}
        titles={(name) => t(`entry.step.${name}`)}
        marks={false}
        onChange={setState}
      />
      {parts.person !== null && (
        <Panel title={t('entry.person.title')} extra={<span className="muted small">{t('entry.person.text')}</span>}>
          {persons.map((person, at) => (
            <fieldset key={person.id} className="person">
              <legend>
                {nameOf(at)}{' '}
                <Button size="small" onClick={() => setPersons((before) => before.filter((one) => one.id !== person.id))}>
                  {t('entry.person.remove')}
                  <span className="visually-hidden"> {nameOf(at)}</span>
                </Button>
              </legend>
              <Fields
                prefix={prefixOf(person)}
                release={release}
                fields={parts.personFields}
                state={person.state}
                asked={filling.asked}
                problems={problemsAt(at)}
                marks={false}
                hintOf={({ code }) => (sharedWithPerson.includes(code) ? t('entry.person.shared') : null)}
                onChange={(next) => setPersons((before) => before.map((one) => (one.id === person.id ? { ...one, state: next } : one)))}
              />
            </fieldset>
          ))}
          {persons.length === 0 && <p className="muted">{t('entry.person.none')}</p>}
          <Button onClick={() => setPersons((before) => [...before, { id: newId().slice(0, 13), state: emptyForm }])}>
            {t('entry.person.add')}
          </Button>
        </Panel>
      )}
      <Attachments kinds={[evidenceKind]} usual={evidenceKind} value={attachments} problems={problemsAt(null)} onChange={setAttachments} />
      <Panel title={t('entry.produce.title')}>
        <div className="stack">
          <div>
            <Checkbox checked={withCompany} onChange={({ target }) => setWithCompany(target.checked)}>
              {nameIn(i18n.language, parts.company)} · {t('entry.produce.company')}
            </Checkbox>
            <p className="muted small">{t('entry.produce.companyHint')}</p>
          </div>
          <p>
            {nameIn(i18n.language, parts.conduct)} · {t('entry.produce.conduct')}
          </p>
          {parts.person !== null && (
            <p>
              {nameIn(i18n.language, parts.person)} · {t('entry.produce.persons', { count: persons.length })}
            </p>
          )}
        </div>
      </Panel>
    </FillingPage>
  )
}
