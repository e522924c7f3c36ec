import { useTranslation } from 'react-i18next'
import { useApi } from '../api/hooks.ts'

interface Listed {
  readonly code: string
  readonly title: string
  readonly en?: { readonly title?: string }
}

/** What a problem's code is called in the language of the page; the code itself until the node's list is here. */
export function useProblemTitles(): (code: string) => string {
  const { i18n } = useTranslation()
  const query = useApi('/problems', {}, { staleMs: Number.POSITIVE_INFINITY })
  const listed = (query.data?.problems ?? []) as unknown as readonly Listed[]
  return (code) => {
    const one = listed.find((problem) => problem.code === code)
    if (one === undefined) return code
    return i18n.language === 'en' ? (one.en?.title ?? one.title) : one.title
  }
}
