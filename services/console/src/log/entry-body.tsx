import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { accountOf } from '../api/account-names.ts'
import { Actor } from '../parts/actor.tsx'
import { CopyButton, Digest } from '../parts/digest.tsx'
import { EntityName } from '../parts/entity-name.tsx'
import { numberText } from '../parts/format.ts'
import { Facts } from '../parts/page-header.tsx'
import { ParticipantName } from '../parts/participant-name.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Time } from '../parts/time.tsx'
import { useFieldNames } from '../policy/named.tsx'
import { actOf, membersOf, useSaid } from './told.tsx'

type Body = Readonly<Record<string, unknown>>

const instant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const digest = /^(sha-256:[0-9a-f]{64}|[A-Za-z0-9+/]{43}=)$/
const recordId = /^r_[0-9a-f]{32}$/
const participant = /^([^/\s]{1,63}\/)?p-[a-z0-9-]{1,60}$/
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const ofNodes = new Set(['upstream', 'upstream_name', 'issuer', 'node', 'lower', 'upper', 'link', 'origin', 'by', 'from', 'returnedBy'])
const mostListed = 10

const isBody = (value: unknown): value is Body => value !== null && typeof value === 'object' && !Array.isArray(value)

/** What an entry says, in a sentence, and each member of its body by its name; the bytes that were hashed are folded below. */
export function EntryBody({ kind, body, text }: { kind: string; body: unknown; text: string | null }) {
  const { t, i18n } = useTranslation()
  const said = useSaid(body)
  if (!isBody(body)) return <p className="muted">{t('log.noBody')}</p>
  const act = actOf(kind, body)
  const sentence = [`logSentences.${kind}.${act}`, `logSentences.${kind}.default`].find((key) => i18n.exists(key))
  return (
    <div className="page">
      {sentence !== undefined && (
        <p className="entry-sentence">
          {t(sentence, {
            replace: Object.fromEntries(membersOf(body).map(([name, value]) => [name.replaceAll('.', '_'), said(name, value)])),
          })}
        </p>
      )}
      <Members kind={kind} body={body} />
      {text !== null && (
        <details className="entry-raw">
          <summary>{t('log.raw')}</summary>
          <p className="muted">{t('log.rawText')}</p>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre className="body-text" tabIndex={0} aria-label={t('log.raw')}>
            {text}
          </pre>
        </details>
      )}
    </div>
  )
}

function Members({ kind, body, of, submitter }: { kind: string; body: Body; of?: string; submitter?: string }) {
  const { t, i18n } = useTranslation()
  const fieldName = useFieldNames()
  const nameOf = (name: string): ReactNode => {
    const key = [`logSentences.members.${kind}.${of === undefined ? '' : `${of}_`}${name}`, `logWords.members.${name}`].find((one) =>
      i18n.exists(one),
    )
    if (key !== undefined) return t(key)
    // A record's key is told by the standard's own fields, whose codes begin with a capital.
    return /^[A-Z]/.test(name) ? (
      <span title={name}>{fieldName(name, typeof body['entity'] === 'string' ? [body['entity']] : [])}</span>
    ) : (
      <code>{name}</code>
    )
  }
  const own = typeof body['participant'] === 'string' ? body['participant'] : submitter
  return (
    <Facts
      rows={Object.entries(body)
        .toSorted(([, one], [, other]) => weight(one) - weight(other))
        .map(([name, value]) => [
          nameOf(name),
          <Member key={name} kind={kind} name={name} value={value} within={body} {...(own === undefined ? {} : { submitter: own })} />,
        ])}
    />
  )
}

/** Plain values first, then what has parts, digests last. */
const weight = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 : typeof value === 'string' && digest.test(value) ? 2 : 0

interface Given {
  readonly kind: string
  readonly name: string
  readonly value: unknown
  /** The object that has this member. */
  readonly within: Body
  readonly submitter?: string
}

function Member(given: Given): ReactNode {
  const { t } = useTranslation()
  const { kind, name, value } = given
  if (value === null || value === '') return <span className="muted">—</span>
  if (Array.isArray(value)) return <Listed {...given} values={value} />
  if (isBody(value)) {
    if (Object.values(value).every((one) => typeof one === 'number')) return <Counts counts={value as Readonly<Record<string, number>>} />
    return <Members kind={kind} body={value} of={name} {...(given.submitter === undefined ? {} : { submitter: given.submitter })} />
  }
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  if (typeof value === 'number') return <span className="number">{numberText(value)}</span>
  return <Text {...given} text={String(value)} />
}

/** One text, by what it is: an instant, a digest, a record, a participant, a node, a table, a submission; else the word that stands for it. */
function Text({ kind, name, text, within, submitter }: Given & { text: string }): ReactNode {
  const said = useSaid()
  if (instant.test(text)) return <Time at={text} />
  if (digest.test(text)) return <Digest value={text} />
  if (recordId.test(text))
    return (
      <Link className="mono break" to={`/records/${text}`}>
        {text}
      </Link>
    )
  if (participant.test(text)) return <ParticipantName id={text} />
  if (accountOf(text) !== undefined || text === 'operator:token') return <Actor actor={text} />
  if (name === 'entity') return <EntityName code={text} />
  if (ofNodes.has(name) && /^\d{6}$/.test(text)) return <RegionName code={text} />
  if (uuid.test(text)) {
    const submission = name === 'id' && 'digest' in within && (kind === 'part' || kind === 'submission')
    const query = submitter === undefined ? '' : `?participant=${encodeURIComponent(submitter)}`
    return (
      <span className="digest">
        {submission ? (
          <Link className="mono break" to={`/submissions/${text}${query}`}>
            {text}
          </Link>
        ) : (
          <code className="break">{text}</code>
        )}
        <CopyButton text={text} />
      </span>
    )
  }
  return <span className="break">{said(name, text)}</span>
}

/** How many of each: outcomes by their words. */
function Counts({ counts }: { counts: Readonly<Record<string, number>> }) {
  const { t, i18n } = useTranslation()
  const word = (name: string) =>
    [`common.outcomes.${name}`, `logWords.members.${name}`].filter((key) => i18n.exists(key)).map((key) => t(key))[0] ?? name
  const shown = Object.entries(counts).filter(([, count]) => count !== 0)
  if (shown.length === 0) return <span className="number">0</span>
  return <>{shown.map(([name, count]) => `${word(name)} ${numberText(count)}`).join(' · ')}</>
}

function Listed({ values, ...given }: Given & { values: readonly unknown[] }) {
  const { t } = useTranslation()
  if (values.length === 0) return <span className="muted">—</span>
  // Places in the log's parts: which they are is in the text below.
  if (values.every((one) => Array.isArray(one))) return <>{t('log.several', { count: values.length })}</>
  if (given.name === 'states') {
    const counts: Record<string, number> = {}
    for (const one of values) counts[String(one)] = (counts[String(one)] ?? 0) + 1
    return <Counts counts={counts} />
  }
  const rest = values.length - mostListed
  return (
    <ul className="bare-list">
      {values.slice(0, mostListed).map((one, at) => (
        <li key={at}>
          <Member {...given} value={one} />
        </li>
      ))}
      {rest > 0 && <li className="muted">{t('common.andMore', { count: rest })}</li>}
    </ul>
  )
}
