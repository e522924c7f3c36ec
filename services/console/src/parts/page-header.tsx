import type { ReactNode } from 'react'

/** Title of a page, one sentence about it, and what can be done here. The only `h1`. */
export function PageHeader({ title, text, actions }: { title: ReactNode; text?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="page-header">
      <div>
        <h1>{title}</h1>
        {text !== undefined && <p>{text}</p>}
      </div>
      {actions !== undefined && <div className="row no-print">{actions}</div>}
    </div>
  )
}

/** A white box with a heading. */
export function Panel({ title, extra, children, id }: { title?: ReactNode; extra?: ReactNode; children: ReactNode; id?: string }) {
  return (
    <section className="panel" {...(id === undefined ? {} : { id })}>
      {title !== undefined && (
        <div className="panel-head">
          <h2>{title}</h2>
          {extra}
        </div>
      )}
      {children}
    </section>
  )
}

export type Meaning = 'good' | 'warn' | 'bad' | 'info' | 'quiet'

/** A state in a word; the dot's shape tells it too, for those who do not see the colour. */
export function StateTag({ meaning, children }: { meaning: Meaning; children: ReactNode }) {
  const mark = { good: '●', warn: '▲', bad: '■', info: '◆', quiet: '○' }[meaning]
  return (
    <span className={`tag ${meaning}`}>
      <span aria-hidden="true">{mark}</span>
      {children}
    </span>
  )
}

/** Names and values in two columns; one on phones. Rows without a value are left out. */
export function Facts({ rows }: { rows: readonly (readonly [ReactNode, ReactNode] | null)[] }) {
  return (
    <dl className="facts">
      {rows.map((row, at) =>
        row === null || row[1] === null || row[1] === undefined ? null : (
          <div key={at} style={{ display: 'contents' }}>
            <dt>{row[0]}</dt>
            <dd>{row[1]}</dd>
          </div>
        ),
      )}
    </dl>
  )
}
