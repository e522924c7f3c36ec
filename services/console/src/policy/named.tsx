import { useTranslation } from 'react-i18next'
import { useEntityNames } from '../parts/entity-name.tsx'
import { nameIn, useRelease, useReleases } from '../standard/release.ts'
import type { PolicyShown } from './types.ts'

/** Tables that a policy names: codes by their names, `*conduct` as all of a library. */
export function useNamedTables(): (code: string) => string {
  const { t } = useTranslation()
  const nameOf = useEntityNames()
  return (code) => (code === '*' ? t('policy.every') : code.startsWith('*') ? t(`records.libraries.${code.slice(1)}`) : nameOf(code))
}

/** Names beside one another, each with its code to hover. */
export function NamedTables({ codes }: { codes: readonly string[] }) {
  const nameOf = useNamedTables()
  const { t } = useTranslation()
  if (codes.length === 0) return <span className="muted">{t('common.none')}</span>
  return (
    <ul className="names">
      {codes.map((code) => (
        <li key={code} title={code}>
          {nameOf(code)}
        </li>
      ))}
    </ul>
  )
}

/** A basis in the language of the page, where it was given in English too. */
export function useBasis(policy: PolicyShown): (basis: string) => string {
  const { i18n } = useTranslation()
  const { usual } = useReleases()
  const release = useRelease(usual)
  return (basis) => (i18n.language === 'en' ? (policy.publication.basisEn?.[basis] ?? release.data?.basisEn?.[basis] ?? basis) : basis)
}

/**
 * Fields by the name that the standard gives them: of the tables that are named, else of whatever table has one; until the standard is here, and
 * where it has none, by their codes.
 */
export function useFieldNames(): (code: string, tables?: readonly string[]) => string {
  const { i18n } = useTranslation()
  const { usual } = useReleases()
  const release = useRelease(usual)
  return (code, tables = []) => {
    const entities = release.data?.entities
    const own = tables.flatMap((table) => entities?.get(table)?.fields ?? [])
    const field =
      own.find((one) => one.code === code) ??
      [...(entities?.values() ?? [])].flatMap((entity) => entity.fields).find((one) => one.code === code)
    return field === undefined ? code : nameIn(i18n.language, field)
  }
}

export function FieldNames({ codes }: { codes: readonly string[] }) {
  const nameOf = useFieldNames()
  return (
    <ul className="names">
      {codes.map((code) => (
        <li key={code} title={code}>
          {nameOf(code)}
        </li>
      ))}
    </ul>
  )
}
