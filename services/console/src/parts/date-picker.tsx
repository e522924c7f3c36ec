import { DatePicker as AntDatePicker, type DatePickerProps } from 'antd'
import type { Dayjs } from 'dayjs'

/**
 * Every picker of a day or an instant in the console. A day that the pointer rests on is not written into the field: its panel opens beside the field, where
 * the pointer may be already, and what somebody types meanwhile would be mixed with it and lost.
 */
export const DatePicker = (props: DatePickerProps<Dayjs, false>) => <AntDatePicker previewValue={false} {...props} />
