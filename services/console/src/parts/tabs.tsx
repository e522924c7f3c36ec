import { type KeyboardEvent, type ReactNode, useId } from 'react'

export interface Tab {
  readonly key: string
  readonly label: string
  readonly content: () => ReactNode
}

/** Tabs by the pattern of WAI-ARIA: arrows move between them, the panel follows; on narrow windows they wrap instead of hiding behind a button. */
export function TabBar({
  label,
  tabs,
  active,
  onChange,
}: {
  label: string
  tabs: readonly Tab[]
  active: string
  onChange: (key: string) => void
}) {
  const id = useId()
  const shown = tabs.find((tab) => tab.key === active) ?? tabs[0]
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const at = tabs.findIndex((tab) => tab.key === shown?.key)
    const next =
      step !== undefined
        ? tabs[(at + step + tabs.length) % tabs.length]
        : event.key === 'Home'
          ? tabs[0]
          : event.key === 'End'
            ? tabs.at(-1)
            : undefined
    if (next === undefined) return
    event.preventDefault()
    onChange(next.key)
    document.getElementById(`${id}-${next.key}`)?.focus()
  }
  if (shown === undefined) return null
  return (
    <div>
      <div role="tablist" aria-label={label} className="tab-bar">
        {tabs.map((tab) => (
          <button
            key={tab.key}
            id={`${id}-${tab.key}`}
            type="button"
            role="tab"
            aria-selected={tab === shown}
            aria-controls={`${id}-panel`}
            tabIndex={tab === shown ? 0 : -1}
            onClick={() => onChange(tab.key)}
            onKeyDown={move}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${shown.key}`}>
        {shown.content()}
      </div>
    </div>
  )
}
