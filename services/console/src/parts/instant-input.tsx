import { DatePicker } from './date-picker.tsx'
import dayjs from 'dayjs'

/** The picker knows the computer's zone only: it is given the wall clock of Shanghai as if it were its own. */
const asWallClock = (at: string) => dayjs(new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 19))

/** An instant, chosen as Beijing time whatever the computer's zone, kept in UTC as the API takes it. */
export function InstantInput({
  id,
  value,
  describedBy,
  onChange,
}: {
  id: string
  value: string | undefined
  describedBy?: string
  onChange: (value: string | undefined) => void
}) {
  return (
    <DatePicker
      id={id}
      {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
      showTime={{ format: 'HH:mm' }}
      // What was typed or chosen holds when the field is left, without another click.
      needConfirm={false}
      format={{ format: 'YYYY-MM-DD HH:mm' }}
      // An address may say anything: what is no instant is shown as none, and the list says what is wrong with it.
      value={value === undefined || Number.isNaN(Date.parse(value)) ? null : asWallClock(value)}
      onChange={(at) => onChange(at === null ? undefined : new Date(`${at.format('YYYY-MM-DDTHH:mm')}:00+08:00`).toISOString())}
    />
  )
}
