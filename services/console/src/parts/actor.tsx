import { useTranslation } from 'react-i18next'
import { accountOf, useAccountNames } from '../api/account-names.ts'
import { CopyButton } from './digest.tsx'
import { useNameOf } from './participant-name.tsx'

/**
 * Who did something, as the log has it (`node`, `operator:token`, `participant:p-…`, `operator:o-…`), in words: the name where the reader may know it, the id
 * below it to copy.
 */
export function Actor({ actor }: { actor: string | null | undefined }) {
  const { t } = useTranslation()
  const participant = useNameOf()(actor ?? '')
  const accounts = useAccountNames(actor == null ? [] : [actor])
  if (actor === null || actor === undefined) return <>—</>
  if (actor === 'node') return <>{t('log.actors.node')}</>
  if (actor === 'operator:token') return <>{t('log.actors.token')}</>
  const [, kind, rest] = /^(participant|operator):(.+)$/s.exec(actor) ?? []
  const account = accountOf(actor)
  if (account === undefined && kind === undefined) return <code className="break">{actor}</code>
  const id = account ?? (rest as string)
  const name = accounts[actor] ?? participant
  if (name !== undefined) return <Named name={name} id={id} />
  return (
    <>
      {t(`log.actors.${kind ?? 'operator'}`)} <code className="break">{id}</code>
    </>
  )
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
