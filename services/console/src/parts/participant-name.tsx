import { createContext, type ReactNode, useContext } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSession } from '../api/session.tsx'
import { CopyButton } from './digest.tsx'
import { inLanguage } from './format.ts'
import { useRegionNames } from './region-name.tsx'

/** Member `names` of an answer of the admin API: by `p-…`, `participant:p-…`, `<origin node>/p-…`, and by `operator:o-…` who did something. */
export type Names = Readonly<Record<string, string>>

const NamesContext = createContext<Names>({})
/** What a node decided itself, such as a correction. */
const ownStreamOf = /^([^/\s]+)\/node$/
const streamOf = /^([^/\s]+)\/p-/

/** Names for whatever is shown inside: those that the answer brought. A list does this by itself. */
export function NamesOf({ answer, children }: { answer: object; children: ReactNode }) {
  const outer = useContext(NamesContext)
  const { names } = answer as { readonly names?: Names }
  return <NamesContext value={names === undefined ? outer : { ...outer, ...names }}>{children}</NamesContext>
}

/**
 * A participant, or a stream, by its name. Of a stream that began two levels below, this node has no name: there the division of the node stands where it
 * began, and the id at last. What a node said itself, such as a correction, stands by the division of the node.
 */
export function useParticipantText(): (id: string) => string {
  const { t, i18n } = useTranslation()
  const regions = useRegionNames()
  const names = useContext(NamesContext)
  return (id) => {
    const name = names[id]
    if (name !== undefined) return inLanguage(i18n.language, name)
    if (id === 'node') return t('log.actors.node')
    const own = ownStreamOf.exec(id)?.[1]
    if (own !== undefined) return t('common.nodeOf', { name: regions[own] ?? own })
    return regions[streamOf.exec(id)?.[1] ?? ''] ?? id
  }
}

/** The name alone, with the id for whoever points at it. */
export function ParticipantText({ id }: { id: string }) {
  return <span title={id}>{useParticipantText()(id)}</span>
}

/** The name that the answer brought for a text; undefined where it has none. */
export function useNameOf(): (text: string) => string | undefined {
  const names = useContext(NamesContext)
  return (text) => names[text]
}

/** A participant by its name, its id below it to copy; the name leads to its page for whoever may see that. */
export function ParticipantName({ id, link = true }: { id: string; link?: boolean }) {
  const { t } = useTranslation()
  const { may } = useSession()
  const names = useContext(NamesContext)
  const name = useParticipantText()(id)
  if (id === 'node') return <>{name}</>
  const opens = link && id.startsWith('p-') && names[id] !== undefined && may('GET', '/participants/:participantId')
  return (
    <span className="participant-name">
      {name !== id && <span className="break">{opens ? <Link to={`/participants/${id}`}>{name}</Link> : name}</span>}
      <span className="participant-id">
        <code className={name === id ? 'break' : 'break muted'}>{id}</code>
        <CopyButton text={id} label={t('common.idCopy')} />
      </span>
    </span>
  )
}
