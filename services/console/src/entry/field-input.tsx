import { AutoComplete, Cascader, Input, Select } from 'antd'
import dayjs from 'dayjs'
import { type Field, type Region, regionIndexOf, type Release, validOn } from '@huijiao/standard/browser'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { DatePicker } from '../parts/date-picker.tsx'
import { unitIn } from '../standard/value-text.ts'
import { textOf } from './judge.ts'

export interface FieldInputProps {
  readonly id: string
  readonly release: Release
  readonly field: Field
  readonly value: unknown
  readonly onChange: (text: string | undefined) => void
  readonly onLeave?: () => void
  /** Ids of what explains the field: its hint, its problems. */
  readonly describedBy?: string
  readonly invalid?: boolean
  readonly label?: string
  readonly disabled?: boolean
}

/** One field of the standard to fill in: by its kind a picker of codes, of regions, of days, or a text with its unit. */
export function FieldInput(props: FieldInputProps) {
  const { field, release } = props
  if (field.kind === 'code')
    return release.dictionaries.get(field.dictionary ?? '')?.closed === true ? <CodeSelect {...props} /> : <CodeText {...props} />
  if (field.list !== undefined) return <CodeText {...props} />
  if (field.kind === 'region') return <RegionPicker {...props} />
  if (field.kind === 'date') return <DayPicker {...props} />
  if (field.kind === 'instant') return <InstantPicker {...props} />
  return <TextInput {...props} />
}

/** What every input says of itself: what explains it, whether it is wrong, that it was left. */
const common = ({ id, describedBy, invalid, label, disabled, onLeave }: FieldInputProps) => ({
  id,
  ...(describedBy === undefined ? {} : { 'aria-describedby': describedBy }),
  ...(label === undefined ? {} : { 'aria-label': label }),
  'aria-invalid': invalid === true,
  ...(invalid === true ? { status: 'error' as const } : {}),
  className: 'field-control',
  disabled: disabled === true,
  onBlur: () => onLeave?.(),
})

function useCodes({ release, field }: FieldInputProps) {
  const { i18n } = useTranslation()
  return useMemo(() => {
    const dictionary = release.dictionaries.get(field.dictionary ?? field.list ?? '')
    const today = dayjs().format('YYYY-MM-DD')
    return [...(dictionary?.codes.values() ?? [])]
      .filter((code) => validOn(code, today) === 'yes')
      .map((code) => {
        const name = i18n.language === 'en' && code.nameEn !== '' ? code.nameEn : code.nameZh
        return { value: code.code, label: `${code.code} ${name}`, words: `${code.code} ${code.nameZh} ${code.nameEn}`.toLowerCase() }
      })
  }, [release, field, i18n.language])
}

const byWords = (input: string, option?: { readonly words: string }): boolean => option?.words.includes(input.trim().toLowerCase()) === true

/** Codes are found by their words, in a list as wide as they need. */
const found = { allowClear: true, showSearch: { filterOption: byWords }, popupMatchSelectWidth: false } as const

function CodeSelect(props: FieldInputProps) {
  const { t } = useTranslation()
  const options = useCodes(props)
  const value = textOf(props.value)
  // A value that the dictionary does not have is shown as it is, so that it can be seen and mended.
  const shown = value === '' || options.some((one) => one.value === value) ? options : [{ value, label: value, words: value }, ...options]
  return (
    <Select
      {...common(props)}
      {...found}
      virtual={options.length > 60}
      placeholder={t('entry.chooseCode')}
      value={value === '' ? null : value}
      options={shown}
      onChange={(next: string | null | undefined) => props.onChange(next ?? undefined)}
    />
  )
}

/** An open dictionary: its codes are offered, others are taken as they are written. */
function CodeText(props: FieldInputProps) {
  const { t } = useTranslation()
  const options = useCodes(props)
  return (
    <AutoComplete
      {...common(props)}
      {...found}
      placeholder={options.length > 0 ? t('entry.chooseOrWrite') : ''}
      value={textOf(props.value)}
      options={options}
      onChange={(next: string | undefined) => props.onChange(next === '' ? undefined : next)}
    />
  )
}

interface Node {
  readonly value: string
  readonly label: string
  readonly children?: Node[]
}

const trees = new WeakMap<object, Map<string, Node[]>>()

/** Divisions in force as a tree, down to the level of a field; made once a release and level. */
function treeOf(release: Release, level: NonNullable<Field['level']>): Node[] {
  const byLevel = trees.get(release.regions) ?? new Map<string, Node[]>()
  trees.set(release.regions, byLevel)
  const known = byLevel.get(level)
  if (known !== undefined) return known
  const index = regionIndexOf(release)
  const current = [...index.codes()].map((code) => index.get(code) as Region).filter((region) => region.state !== 'former')
  const below = new Map<string | null, Region[]>()
  for (const region of current) below.set(region.parent, [...(below.get(region.parent) ?? []), region])
  const depth = { province: 1, city: 2, county: 3, any: 3 }[level]
  const nodes = (parent: string | null, left: number): Node[] =>
    (below.get(parent) ?? [])
      .toSorted((a, b) => (a.code < b.code ? -1 : 1))
      .map(({ code, nameZh }) => {
        const own = left > 1 ? nodes(code, left - 1) : []
        // A municipality's counties hang on a city that has no name of its own; a city without counties stands for its county.
        const children = own.length > 0 ? own : level === 'county' && left === 2 ? [{ value: code, label: nameZh }] : []
        return { value: code, label: `${nameZh} ${code}`, ...(children.length === 0 ? {} : { children }) }
      })
  const made = nodes(null, depth)
  byLevel.set(level, made)
  return made
}

function pathTo(nodes: readonly Node[], code: string): string[] | null {
  for (const { value, children } of nodes) {
    if (value === code && (children === undefined || children.length === 0)) return [value]
    const rest = children === undefined ? null : pathTo(children, code)
    if (rest !== null) return [value, ...rest]
    if (value === code) return [value]
  }
  return null
}

function RegionPicker(props: FieldInputProps) {
  const { t } = useTranslation()
  const level = props.field.level ?? 'any'
  const options = useMemo(() => treeOf(props.release, level), [props.release, level])
  const code = textOf(props.value)
  const path = code === '' ? null : pathTo(options, code)
  return (
    <Cascader
      {...common(props)}
      allowClear
      changeOnSelect={level === 'any'}
      showSearch={{ filter: (input, nodes) => nodes.some((node) => String(node.label).includes(input.trim())), limit: 40 }}
      placeholder={t('entry.chooseRegion')}
      value={path ?? (code === '' ? [] : [code])}
      options={path === null && code !== '' ? [{ value: code, label: code }, ...options] : options}
      displayRender={(labels: string[]) =>
        labels.map((label) => label.replace(/ \d{6}$/, '')).join(' / ') + (code === '' ? '' : ` ${code}`)
      }
      onChange={(next) => props.onChange((next as string[] | undefined)?.at(-1))}
    />
  )
}

/** A value that is no date cannot be shown by a picker: it stays a text until it is mended. */
const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && dayjs(text).isValid()

function DayPicker(props: FieldInputProps) {
  const { t } = useTranslation()
  const value = textOf(props.value)
  if (value !== '' && !isDay(value)) return <TextInput {...props} />
  return (
    <DatePicker
      {...common(props)}
      format={{ format: 'YYYY-MM-DD' }}
      placeholder={t('entry.day')}
      value={value === '' ? null : dayjs(value)}
      onChange={(day) => props.onChange(day?.format('YYYY-MM-DD'))}
    />
  )
}

/** Beijing time whatever the computer's zone; a time of another zone is shown as it would be in Beijing. */
function InstantPicker(props: FieldInputProps) {
  const { t } = useTranslation()
  const value = textOf(props.value)
  const at = Date.parse(value)
  if (value !== '' && Number.isNaN(at)) return <TextInput {...props} />
  return (
    <DatePicker
      {...common(props)}
      showTime={{ format: 'HH:mm:ss' }}
      // What was typed or chosen holds when the field is left, without another click.
      needConfirm={false}
      format={{ format: 'YYYY-MM-DD HH:mm:ss' }}
      placeholder={t('entry.instant')}
      value={value === '' ? null : dayjs(new Date(at + 8 * 3_600_000).toISOString().slice(0, 19))}
      onChange={(day) => props.onChange(day === null ? undefined : `${day.format('YYYY-MM-DDTHH:mm:ss')}+08:00`)}
    />
  )
}

function TextInput(props: FieldInputProps) {
  const { t, i18n } = useTranslation()
  const { field } = props
  const own = {
    ...common(props),
    value: textOf(props.value),
    onChange: ({ target }: { target: { value: string } }) => props.onChange(target.value === '' ? undefined : target.value),
  }
  if (field.kind === 'text' && (field.length ?? 0) > 300) return <Input.TextArea {...own} rows={3} />
  const isNumber = field.kind === 'decimal' || field.kind === 'integer'
  return (
    <Input
      {...own}
      autoComplete="off"
      {...(isNumber ? { inputMode: 'decimal' as const } : {})}
      {...(field.unit === undefined ? {} : { suffix: unitIn(i18n.language, field.unit) })}
      {...(field.check === 'company-code' ? { placeholder: t('entry.companyCode') } : {})}
    />
  )
}
