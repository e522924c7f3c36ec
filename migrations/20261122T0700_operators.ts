// Only adds tables; an older node can keep running beside it, with the operator token alone.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Persons with an account at this node. Rows are never deleted: the log names them by id.
create table operator (
  operator_id text primary key,
  user_name text not null,
  -- the user name in one form (NFKC, lower case), by which it is looked up
  user_key text not null unique,
  -- what colleagues read; stands in no log entry
  display_name text,
  role text not null check (role in ('administrator', 'operator', 'clerk', 'viewer')),
  regions text[] not null check (cardinality(regions) > 0),
  -- Argon2id with its parameters and salt (PHC string)
  password_hash text not null,
  password_at timestamptz not null,
  must_change boolean not null,
  -- hashes of earlier passwords, newest first
  password_history text[] not null default '{}',
  -- sealed with the node's key; null while there is no second factor
  totp_secret bytea,
  -- a secret that was shown and not confirmed yet, sealed
  totp_pending bytea,
  totp_since timestamptz,
  -- the latest time step whose code was used: a code is good once
  totp_step bigint not null default 0,
  -- keyed digests of the recovery codes that are left
  recovery bytea[] not null default '{}',
  created_at timestamptz not null,
  disabled_at timestamptz
);

create table operator_session (
  -- names the session in lists and in the log; the cookie holds another number
  session_id text primary key,
  -- SHA-256 of the 256 random bits in the cookie
  digest bytea not null unique,
  operator_id text not null references operator,
  source text not null,
  agent text,
  second_factor text check (second_factor in ('totp', 'recovery')),
  created_at timestamptz not null,
  seen_at timestamptz not null,
  ended_at timestamptz
);
create index operator_session_of on operator_session (operator_id, created_at desc);

-- Somebody gave the right password and owes the second factor.
create table sign_in_challenge (
  digest bytea primary key,
  operator_id text not null references operator,
  tries integer not null default 0,
  expires_at timestamptz not null
);

create table captcha (
  captcha_id text primary key,
  form text not null check (form in ('image', 'work')),
  -- keyed digest of the answer to a picture
  answer bytea,
  -- keyed digest of the address it was given to
  source bytea not null,
  expires_at timestamptz not null
);
create index captcha_source on captcha (source, expires_at);
create index captcha_expires on captcha (expires_at);

-- Failed attempts by keyed digests of (user name, address), user name, address: what was typed as a name may be a password.
create table sign_in_attempt (
  bucket bytea primary key,
  failures integer not null,
  last_at timestamptz not null
);
create index sign_in_attempt_last on sign_in_attempt (last_at);
`)
    .execute(db)
}
