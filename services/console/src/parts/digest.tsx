import { CheckOutlined, CopyOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { shortDigest } from './format.ts'

/** Copies and says so, in place. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation()
  const [done, setDone] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      copyBySelection(text) // Without TLS a browser has no clipboard to give.
    }
    setDone(true)
    setTimeout(() => setDone(false), 2000)
  }
  return (
    <button
      type="button"
      className="icon-button no-print"
      aria-label={label ?? t('common.copy')}
      title={label ?? t('common.copy')}
      onClick={() => void copy()}
    >
      {done ? <CheckOutlined aria-hidden /> : <CopyOutlined aria-hidden />}
      <output className="visually-hidden">{done ? t('common.copied') : ''}</output>
    </button>
  )
}

function copyBySelection(text: string): void {
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.className = 'visually-hidden'
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}

/** A hash, shortened, with the whole of it to copy; `full` shows all of it. */
export function Digest({ value, full = false }: { value: string | null | undefined; full?: boolean }) {
  const { t } = useTranslation()
  if (value === null || value === undefined || value === '') return <span className="muted">—</span>
  return (
    <span className="digest">
      <code className={full ? 'break' : undefined} title={full ? undefined : value}>
        {full ? (
          value
        ) : (
          <>
            <span className="screen-only">{shortDigest(value)}</span>
            <span className="print-only">{value}</span>
          </>
        )}
      </code>
      <CopyButton text={value} label={t('common.digestCopy')} />
    </span>
  )
}
