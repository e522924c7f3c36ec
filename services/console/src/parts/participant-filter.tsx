import { Select } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAccountNames } from '../api/account-names.ts'
import { useApi } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { TextFilter } from './filters.tsx'
import { inLanguage } from './format.ts'
import type { Names } from './participant-name.tsx'

const shownMax = 50

/**
 * A participant, found by its name or the beginning of its id; none is all. Whoever may not list participants types the id.
 * @param valueFor what the list is asked for, by participant, where that is not the id; null: it is not offered
 * @param others values that are not of participants, such as the node itself
 * @param accounts accounts are found by their names, too, as the actors that they are in the log
 */
export function ParticipantFilter({
  label,
  value,
  names,
  valueFor = (id) => id,
  others = [],
  accounts = false,
  placeholder,
  onChange,
}: {
  label: string
  value: string | undefined
  /** Of the list's answer, for the name of what is chosen. */
  names?: Names | undefined
  valueFor?: (participantId: string, kind: string) => string | null
  others?: readonly { readonly value: string; readonly label: string }[]
  accounts?: boolean
  placeholder?: string
  onChange: (value: string | undefined) => void
}) {
  const { t, i18n } = useTranslation()
  const { may } = useSession()
  const id = useId()
  const [text, setText] = useState('')
  const mayList = may('GET', '/participants')
  const query = useApi(
    '/admin/v1/participants',
    { query: { limit: shownMax, ...(text.trim() === '' ? {} : { q: text.trim() }) } as never },
    { enabled: mayList, keep: true, staleMs: 60_000 },
  )
  const asksAccounts = accounts && may('GET', '/operators/names')
  const people = useApi(
    '/admin/v1/operators/names',
    { query: { limit: shownMax, ...(text.trim() === '' ? {} : { q: text.trim() }) } },
    { enabled: asksAccounts, keep: true, staleMs: 60_000 },
  )
  const named = useAccountNames(accounts && value !== undefined ? [value] : [])
  if (!mayList)
    return <TextFilter label={label} value={value} onChange={onChange} {...(placeholder === undefined ? {} : { placeholder })} />
  const found = (query.data?.items ?? []).flatMap(({ participantId, name, kind }) => {
    const own = valueFor(participantId, kind)
    return own === null ? [] : [{ value: own, label: `${inLanguage(i18n.language, name)} ${participantId}` }]
  })
  const persons = (asksAccounts ? (people.data?.items ?? []) : []).map(({ operatorId, name }) => ({
    value: `operator:${operatorId}`,
    label: `${name} ${operatorId}`,
  }))
  const words = text.trim().toLowerCase()
  const known = [...others.filter((one) => words === '' || `${one.label} ${one.value}`.toLowerCase().includes(words)), ...persons, ...found]
  // What stands in the address is shown by its name although it is not among those found; what is typed may be asked for as it is.
  const extra = [value, words === '' ? undefined : text.trim()].filter(
    (one): one is string => one !== undefined && known.every((option) => option.value !== one),
  )
  const labelOf = (one: string): string => {
    const name = names?.[one] ?? named[one]
    return name === undefined ? one : `${inLanguage(i18n.language, name)} ${one}`
  }
  const options = [...known, ...[...new Set(extra)].map((one) => ({ value: one, label: labelOf(one) }))]
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <Select
        id={id}
        allowClear
        showSearch={{ filterOption: false, onSearch: setText }}
        style={{ minWidth: 220 }}
        popupMatchSelectWidth={false}
        placeholder={placeholder ?? t('common.all')}
        value={value ?? null}
        options={options}
        onChange={(next: string | null | undefined) => {
          setText('')
          onChange(next ?? undefined)
        }}
      />
    </div>
  )
}

/** A stream of this node by the name of its participant. Those of lower nodes begin with the node that they began at, and are typed as they stand in the list. */
export function SenderFilter({
  value,
  names,
  onChange,
}: {
  value: string | undefined
  names: Names | undefined
  onChange: (value: string | undefined) => void
}) {
  const { t } = useTranslation()
  const node = useApi('/v1/node', {}, { staleMs: Number.POSITIVE_INFINITY }).data?.name as string | undefined
  return (
    <ParticipantFilter
      label={t('submissions.participant')}
      value={value}
      names={names}
      valueFor={(id, kind) => (kind === 'node' || node === undefined ? null : `${node}/${id}`)}
      onChange={onChange}
    />
  )
}
