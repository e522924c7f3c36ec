/** Row types of attachments. `bigint` columns are numbers: nothing here passes 2^53. */

export interface AttachmentTable {
  digest: Buffer
  bytes: number
  media_type: string
  stored_at: Date
}

export interface AttachmentChunkTable {
  digest: Buffer
  seq: number
  bytes: Buffer
}

export interface AttachmentRightTable {
  participant_id: string
  digest: Buffer
  granted_at: Date
}

export interface AttachmentAccountTable {
  participant_id: string
  files: number
  bytes: number
}

export interface VersionAttachmentsTable {
  part_id: number
  ordinal: number
  text: Buffer
}

export interface AttachmentUseTable {
  digest: Buffer
  part_id: number
  ordinal: number
}

export interface AttachmentSentTable {
  link_no: number
  digest: Buffer
  sent_at: Date
}
