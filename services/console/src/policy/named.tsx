import type { Entity, Field } from '@huijiao/standard/browser'
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
 * Fields by the name that the standard gives them: in the tables that are named (`*`, `*conduct` and the like are several), else anywhere. Tables call some
 * fields differently: the name that most of them use is taken. Until the standard is here, and where it has none, codes.
 */
export function useFieldNames(): (code: string, tables?: readonly string[]) => string {
  const { i18n } = useTranslation()
  const { usual } = useReleases()
  const release = useRelease(usual)
  return (code, tables = []) => {
    const entities = [...(release.data?.entities.values() ?? [])]
    const named = entities.filter((entity) => tables.some((one) => one === '*' || one === entity.code || one === `*${entity.group}`))
    const name = usualName(named, code) ?? usualName(entities, code)
    return name === undefined ? code : nameIn(i18n.language, name)
  }
}

function usualName(entities: readonly Entity[], code: string): Field | undefined {
  const fields = entities.flatMap((entity) => entity.fields.filter((one) => one.code === code))
  const count = (field: Field) => fields.filter((one) => one.nameZh === field.nameZh).length
  return fields.toSorted((a, b) => count(b) - count(a))[0]
}

export function FieldNames({ codes, tables }: { codes: readonly string[]; tables?: readonly string[] }) {
  const nameOf = useFieldNames()
  return (
    <ul className="names">
      {codes.map((code) => (
        <li key={code} title={code}>
          {nameOf(code, tables)}
        </li>
      ))}
    </ul>
  )
}
