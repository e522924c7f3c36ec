import i18next from 'i18next'
import { localeNow } from '../i18n/index.ts'

const zone = 'Asia/Shanghai'
const formats = new Map<string, Intl.DateTimeFormat>()

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options)
  const found = formats.get(key) ?? new Intl.DateTimeFormat('zh-CN', { timeZone: zone, hourCycle: 'h23', ...options })
  formats.set(key, found)
  return found
}

const two = { month: '2-digit', day: '2-digit' } as const
const clock = { hour: '2-digit', minute: '2-digit' } as const

/** `2026-09-01 09:30:02` in Asia/Shanghai, in both languages: sorted, short, and what forms ask for. */
export const instantText = (at: string | Date, seconds = true): string =>
  dateFormat({ year: 'numeric', ...two, ...clock, ...(seconds ? { second: '2-digit' } : {}) })
    .format(new Date(at))
    .replaceAll('/', '-')

export const dayText = (at: string | Date): string =>
  dateFormat({ year: 'numeric', ...two })
    .format(new Date(at))
    .replaceAll('/', '-')
export const clockText = (at: string | Date): string => dateFormat(clock).format(new Date(at))

/** `12,345.6` */
export const numberText = (value: number, digits = 0): string =>
  new Intl.NumberFormat(localeNow(), { maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(value)

/** `1.2 MB` in steps of 1024, as file managers show it. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  return `${numberText(bytes / 1024 ** step, step === 0 ? 0 : 1)} ${units[step]}`
}

/** A length of time in its largest whole unit: `3 分钟`. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 90) return i18next.t('common.time.seconds', { count: whole })
  if (whole < 5400) return i18next.t('common.time.minutes', { count: Math.round(whole / 60) })
  if (whole < 129_600) return i18next.t('common.time.hours', { count: Math.round(whole / 3600) })
  return i18next.t('common.time.days', { count: Math.round(whole / 86_400) })
}

export function agoText(at: string | Date, now = Date.now()): string {
  const seconds = (now - new Date(at).getTime()) / 1000
  return seconds < 5 ? i18next.t('common.time.justNow') : i18next.t('common.time.ago', { text: spanText(seconds) })
}

/** `sha-256:f123ca4d…` shortened; base64 roots likewise. */
export function shortDigest(digest: string): string {
  const [, name, value] = /^(?:(sha-256):)?(.+)$/.exec(digest) ?? []
  return `${name === undefined ? '' : `${name}:`}${value?.slice(0, 10)}…`
}

/** A text that the node wrote in both languages, `中文 · English`, in the language of the page; any other text as it is. */
export function inLanguage(language: string, text: string): string {
  const [, zh, en] = /^(.*[\u3400-\u9fff].*?) · ([^\u3400-\u9fff]+)$/.exec(text) ?? []
  return zh === undefined || en === undefined ? text : language === 'en' ? en : zh
}
