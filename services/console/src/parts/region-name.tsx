import { useTranslation } from 'react-i18next'
import { useApi } from '../api/hooks.ts'

/** Names of divisions by code, fetched once; empty until they are here. */
export function useRegionNames(): Readonly<Record<string, string>> {
  const { data } = useApi('/v1/regions', {}, { staleMs: Number.POSITIVE_INFINITY })
  return (data?.regions as Record<string, string> | undefined) ?? {}
}

/** A division by its name, its code beside it: `历下区 370102`. */
export function RegionName({ code, codeToo = true }: { code: string | null | undefined; codeToo?: boolean }) {
  const { t } = useTranslation()
  const names = useRegionNames()
  if (code === null || code === undefined || code === '') return <span className="muted">—</span>
  // The nation is in no list of its divisions.
  const name = names[code] ?? (code === '000000' ? t('common.nation') : undefined)
  if (name === undefined) return <span className="number">{code}</span>
  return (
    <span>
      {name}
      {codeToo && <span className="muted number"> {code}</span>}
    </span>
  )
}
