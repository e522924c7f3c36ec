import { useTranslation } from 'react-i18next'
import { accountOf, useAccountNames } from '../api/account-names.ts'
import { CopyButton } from './digest.tsx'
import { inLanguage } from './format.ts'
import { useNameOf } from './participant-name.tsx'

/** The name of a participant or an account: that of the answer; of an account else what the reader may ask for. */
function useActorName(actor: string | null | undefined): string | undefined {
  const { i18n } = useTranslation()
  const named = useNameOf()(actor ?? '')
  const accounts = useAccountNames(actor == null || named !== undefined ? [] : [actor])
  return named === undefined ? accounts[actor ?? ''] : inLanguage(i18n.language, named)
}

/** Kind and id of an actor that is neither the node nor the token; null of any other text. */
function partsOf(actor: string): { readonly kind: 'participant' | 'operator'; readonly id: string } | null {
  const account = accountOf(actor)
  if (account !== undefined) return { kind: 'operator', id: account }
  const [, kind, id] = /^(participant|operator):(.+)$/s.exec(actor) ?? []
  return kind === undefined ? null : { kind: kind as 'participant' | 'operator', id: id as string }
}

/**
 * Who did something, as the log has it (`node`, `operator:token`, `participant:p-…`, `operator:o-…`), in words: the name where the answer brought it or the reader
 * may ask for it, the id below it to copy.
 */
export function Actor({ actor }: { actor: string | null | undefined }) {
  const { t } = useTranslation()
  const name = useActorName(actor)
  if (actor === null || actor === undefined) return <>—</>
  if (actor === 'node') return <>{t('log.actors.node')}</>
  if (actor === 'operator:token') return <>{t('log.actors.token')}</>
  const parts = partsOf(actor)
  if (parts === null) return <code className="break">{actor}</code>
  if (name !== undefined) return <Named name={name} id={parts.id} />
  return (
    <>
      {t(`log.actors.${parts.kind}`)} <code className="break">{parts.id}</code>
    </>
  )
}

/** The same in a sentence: the name alone, or kind and id; null of nobody. */
export function useActorText(actor: string | null): string | null {
  const { t } = useTranslation()
  const name = useActorName(actor)
  if (actor === null || name !== undefined) return name ?? null
  if (actor === 'node') return t('log.actors.node')
  if (actor === 'operator:token') return t('log.actors.token')
  const parts = partsOf(actor)
  return parts === null ? actor : `${t(`log.actors.${parts.kind}`)} ${parts.id}`
}

function Named({ name, id }: { name: string; id: string }) {
  const { t } = useTranslation()
  return (
    <span className="participant-name">
      <span className="break">{name}</span>
      <span className="participant-id">
        <code className="break muted">{id}</code>
        <CopyButton text={id} label={t('common.idCopy')} />
      </span>
    </span>
  )
}
