/** Whether identity numbers stand in an attachment. Attachments of older nodes have no row: nobody looked. */
export interface AttachmentScanTable {
  digest: Buffer
  state: 'none' | 'found' | 'unscanned'
  /** Different identity numbers; the numbers themselves are kept nowhere. */
  found: number
  /** Parts of a package that hold no text that is read here, such as pictures. */
  unread: number
  /** Why it was not scanned. */
  why: 'kind' | 'too-large' | 'broken' | null
  scanned_at: Date
  checked_at: Date | null
  checked_by: string | null
  check_reason: string | null
}
