import type { ReactNode } from 'react'

/** What may be wider than the window: it scrolls by itself, and by the keyboard too. */
export function Scroll({ label, children, className = '' }: { label: string; children: ReactNode; className?: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable without a mouse (WCAG 2.1.1)
    <section className={`table-scroll ${className}`} tabIndex={0} aria-label={label}>
      {children}
    </section>
  )
}
