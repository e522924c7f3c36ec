import { useTranslation } from 'react-i18next'
import { useApi } from '../api/hooks.ts'

/** Names of the standard's entities by code, in the language of the page. */
export function useEntityNames(): (code: string) => string {
  const { i18n } = useTranslation()
  const { data } = useApi('/v1/entities', {}, { staleMs: Number.POSITIVE_INFINITY })
  const names = data?.entities as Readonly<Record<string, { zh: string; en: string }>> | undefined
  return (code) => names?.[code]?.[i18n.language === 'en' ? 'en' : 'zh'] ?? code
}

/** An entity by its name, its code beside it. */
export function EntityName({ code }: { code: string }) {
  const name = useEntityNames()(code)
  return name === code ? (
    <code>{code}</code>
  ) : (
    <span>
      {name} <code className="muted">{code}</code>
    </span>
  )
}
