/** What differs between the two databases where tables are made. */
export interface Dialect {
  /** Type of a column that numbers its rows in the order in which they are written. */
  serial: string
}

/**
 * The steps that make the tables, each run once, in order; never changed, only added to. Moments are ms since the epoch.
 * `jobs`: messages until they are answered (`src/channel/delivery`). `turns`: how long the stages of turns took. `chats`: what was chosen
 * in a chat. `channel_sends`: what bots have sent of late (`src/channel/send-rate`). `channel_…`: who may talk on a channel, how much of late,
 * and groups that have another id by now (`src/access/channel`). `enrolments`: of people who are reading sentences to be known by their voice
 * (`src/channel/voices`). `voiceprints`: how they sound, where machines share it (`src/engines/speaker/voiceprints.ts`).
 */
export const steps = ({serial}: Dialect): readonly string[] => [
  `create table jobs (
     ordinal ${serial},
     channel text not null,
     id text not null,
     lane text not null,
     state text not null,
     received_at bigint not null,
     content text,
     progress text,
     joined text,
     mark text,
     crashes integer not null default 0,
     suspect integer not null default 0,
     alone integer not null default 0,
     tries integer not null default 0,
     after bigint not null default 0,
     failure text,
     stopped integer not null default 0,
     holder text,
     held_until bigint
   )`,
  'create unique index jobs_id on jobs (channel, id)',
  "create index jobs_open on jobs (channel, lane, ordinal) where state in ('received', 'sending')",
  "create index jobs_closed on jobs (channel, received_at) where state not in ('received', 'sending')",
  `create table turns (ordinal ${serial}, at bigint not null, channel text not null, times text not null)`,
  'create index turns_at on turns (at)',
  'create table chats (channel text not null, chat text not null, chosen text not null, primary key (channel, chat))',
  `create table channel_parties (
     channel text not null,
     kind text not null,
     id text not null,
     name text,
     standing text not null,
     was text,
     members text,
     since bigint not null,
     by_whom text,
     reason text,
     primary key (channel, kind, id)
   )`,
  `create table channel_pairings (
     channel text not null,
     kind text not null,
     id text not null,
     name text,
     code text not null,
     via text not null,
     asked_at bigint not null,
     expires_at bigint not null,
     decided text,
     decided_at bigint,
     decided_by text,
     members text,
     told text,
     primary key (channel, kind, id)
   )`,
  'create unique index channel_pairings_code on channel_pairings (code)',
  `create table channel_usage (
     channel text not null,
     id text not null,
     date text not null,
     ms bigint not null,
     primary key (channel, id, date)
   )`,
  `create table channel_audit (
     ordinal ${serial},
     at bigint not null,
     action text not null,
     actor text,
     target text,
     details text
   )`,
  // Thousands may wait: what somebody holds, and what was given up, is found without a look at all of them.
  "create index jobs_dead on jobs (channel) where state = 'dead'",
  'create index jobs_held on jobs (channel, holder) where holder is not null',
  // From when it is left alone until `after`: before that, the clock was set back.
  'alter table jobs add column waits_from bigint not null default 0',
  'alter table jobs add column outages integer not null default 0',
  `create table channel_sends (
     channel text not null,
     n bigint not null,
     chat text not null,
     until bigint not null,
     primary key (channel, n)
   )`,
  'create index channel_sends_until on channel_sends (channel, until)',
  'create index channel_sends_chat on channel_sends (channel, chat, until)',
  `create table channel_received (
     channel text not null,
     id text not null,
     n bigint not null,
     at bigint not null,
     primary key (channel, id, n)
   )`,
  'create index channel_received_at on channel_received (channel, id, at)',
  `create table channel_moves (
     channel text not null,
     was text not null,
     now text not null,
     at bigint not null,
     primary key (channel, was)
   )`,
  'create index channel_moves_now on channel_moves (channel, now)',
  'create table enrolments (person text primary key, content text not null, until bigint not null)',
  `create table voiceprints (
     person text primary key,
     model text not null,
     vector text not null,
     enrolled_at bigint not null
   )`,
  // When whoever asks was told that they are waited with: once, whichever process tells it.
  'alter table channel_pairings add column reminded_at bigint',
]

/** Where it is kept how many of them were run. */
export const versionTable = 'create table if not exists shared_version (version integer not null)'
