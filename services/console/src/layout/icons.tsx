import type { ReactNode } from 'react'
import type { IconName } from '../routes.tsx'

const drawings: Record<IconName, ReactNode> = {
  overview: <path d="M3 10.5 10 4l7 6.5M5 9v7h10V9M8.5 16v-4h3v4" />,
  link: <path d="M6 5v7a3 3 0 0 0 3 3h5M11 12l3 3-3 3M3 5h6" />,
  parked: <path d="M4 4h12v12H4zM8 7.5v5M12 7.5v5" />,
  check: <path d="M4 4h12v9M4 4v12h6M7 8h6M7 11h3M11.5 14.5l2 2 4-4" />,
  rule: <path d="M10 3v14M5 6h10M5 6l-2.5 5h5zM15 6l-2.5 5h5zM6.5 17h7" />,
  standard: <path d="M5 3h7l3 3v11H5zM12 3v3h3M8 11l1.5 1.5L12.5 9.5M8 15h4" />,
  notice: <path d="M4 8v4h3l6 4V4L7 8zM15.5 7.5a3.5 3.5 0 0 1 0 5" />,
  inbox: <path d="M3 11h4l1.5 2.5h3L13 11h4M3 11l2.5-7h9L17 11v5H3z" />,
  form: <path d="M5 3h10v14H5zM8 7h4M8 10h4M8 13h2" />,
  upload: <path d="M10 13V4M6.5 7.5 10 4l3.5 3.5M4 13v3h12v-3" />,
  record: <path d="M4 5c0-1.1 2.7-2 6-2s6 .9 6 2-2.7 2-6 2-6-.9-6-2zM4 5v10c0 1.1 2.7 2 6 2s6-.9 6-2V5M4 10c0 1.1 2.7 2 6 2s6-.9 6-2" />,
  log: <path d="M4 4h3v3H4zM4 13h3v3H4zM13 8.5h3v3h-3zM7 5.5h3v9H7M10 10h3" />,
  people: (
    <path d="M3 16c0-2.8 2-4.5 4.5-4.5S12 13.2 12 16M7.5 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM13 11.5c2.3 0 4 1.5 4 4.5M12.5 9a2.3 2.3 0 1 0 0-4.6" />
  ),
  user: <path d="M4 17c0-3.3 2.7-5 6-5s6 1.7 6 5M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6z" />,
  book: <path d="M4 4h5l1 1 1-1h5v12h-5l-1 1-1-1H4zM10 5v11" />,
}

/** Line icons of the navigation; pictures of words that stand beside them. */
export function NavIcon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width="18"
      height="18"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {drawings[name]}
    </svg>
  )
}

/** The mark of the product: many below, one above. */
export function Emblem() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect x="0.5" y="0.5" width="31" height="31" rx="7" fill="none" stroke="currentColor" opacity="0.45" />
      <g fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round">
        <path d="M8 24v-3.5a4 4 0 0 1 4-4h8a4 4 0 0 1 4 4V24M16 24V9" />
      </g>
      <g fill="currentColor">
        <circle cx="16" cy="8" r="3.2" />
        <circle cx="8" cy="25" r="2.6" />
        <circle cx="16" cy="25" r="2.6" />
        <circle cx="24" cy="25" r="2.6" />
      </g>
    </svg>
  )
}
