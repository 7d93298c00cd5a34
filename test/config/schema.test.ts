import {join} from 'node:path'
import type {Variables} from '@essence/core/config/declaration'
import {Secret} from '@essence/core/kit/secret'
import {describe, expect, it} from 'vitest'
import {settingsGroups} from '../../tools/docs/settings-groups.ts'

/** Of the core and of the plugins of the checkout. */
const groups = await settingsGroups(join(import.meta.dirname, '../..'))
const variables: Variables = Object.assign({}, ...groups.map(group => group.variables))
const variableNames = Object.keys(variables)

/** What the reference of the original promises, as a user's file may rely on it. */
const promised: Record<string, unknown> = {
  MODEL_NAME: 'Qwen/Qwen3-30B-A3B-Thinking-2507',
  MAX_CONTEXT_LENGTH: 131_072,
  USE_YARN: true,
  MODEL_TEMPERATURE: 0.7,
  MODEL_MAX_TOKENS: 2048,
  MODEL_TOP_P: 0.9,
  MODEL_TOP_K: undefined,
  MODEL_REPETITION_PENALTY: undefined,
  STT_MODEL: 'openai/whisper-large-v3',
  TTS_MODEL: 'facebook/fastspeech2-en-ljspeech',
  TELEGRAM_BOT_TOKEN: undefined,
  TELEGRAM_SERVICE_PORT: 8080,
  TELEGRAM_USE_WEBHOOK: false,
  TELEGRAM_WEBHOOK_URL: undefined,
  TELEGRAM_WEBHOOK_PORT: 8443,
  TELEGRAM_REQUEST_TIMEOUT: 30,
  TELEGRAM_RATE_LIMIT_PER_MINUTE: 10,
  TELEGRAM_RATE_LIMIT_PER_HOUR: 100,
  TELEGRAM_RATE_LIMIT_PER_DAY: 500,
  TELEGRAM_MAX_FILE_SIZE: 20 * 1024 * 1024,
  DISCORD_BOT_TOKEN: undefined,
  DISCORD_SERVICE_PORT: 8081,
  POSTGRES_USER: 'june',
  POSTGRES_DB: 'june',
  MINIO_ROOT_USER: 'admin',
  GRPC_MAX_CONNECTIONS_PER_SERVICE: 10,
  GRPC_KEEPALIVE_TIME_MS: 30_000,
  GRPC_KEEPALIVE_TIMEOUT_MS: 5000,
  LOG_LEVEL: 'INFO',
  GATEWAY_PORT: 8000,
  LLM_PORT: 50_051,
  STT_PORT: 50_052,
  TTS_PORT: 50_053,
  INFERENCE_METRICS_PORT: 8001,
  STT_METRICS_PORT: 8002,
  TTS_METRICS_PORT: 8003,
  TODO_SERVICE_PORT: 8004,
  RATE_LIMIT_PER_MINUTE: 60,
  RATE_LIMIT_LLM_PER_MINUTE: 10,
  RATE_LIMIT_TTS_PER_MINUTE: 20,
  RATE_LIMIT_STT_PER_MINUTE: 20,
  RATE_LIMIT_CHAT_PER_MINUTE: 30,
  // Unset on purpose: an engine or a folder of this process instead of a container's name …
  STT_URL: undefined,
  TTS_URL: undefined,
  LLM_URL: undefined,
  NATS_URL: undefined,
  POSTGRES_URL: undefined,
  MINIO_ENDPOINT: undefined,
  // … and no password everybody knows.
  POSTGRES_PASSWORD: undefined,
  MINIO_ROOT_PASSWORD: undefined,
  JWT_SECRET: undefined,
  GRAFANA_PASSWORD: undefined,
}

const parse = (name: string, text?: string) => variables[name]?.schema.safeParse(text)
const accepts = (name: string, text: string): boolean => parse(name, text)?.success ?? false

describe('the schema', () => {
  it('reads an empty environment as the documented defaults', () => {
    for (const [name, value] of Object.entries(promised)) {
      expect(variableNames).toContain(name)
      expect([name, parse(name)?.data]).toEqual([name, value])
    }
    expect(variableNames.filter(name => !parse(name)?.success)).toEqual([])
  })

  it('names no variable in two groups', () => {
    expect(groups.flatMap(group => Object.keys(group.variables))).toHaveLength(variableNames.length)
    expect(new Set(groups.map(({heading}) => heading)).size).toBe(groups.length)
  })

  it('gives no secret a default, and wraps every secret', () => {
    const secrets = variableNames.filter(name => variables[name]?.secret)
    expect(secrets.length).toBeGreaterThan(5)
    expect(secrets.filter(name => variables[name]?.default !== undefined)).toEqual([])
    const sample = 'postgresql://u:p@host/db'
    const texts = [sample, 'nats://u:p@host:4222', 'redis://:p@host', '1:a', 'a.b.c', 'hf_x', 'x'.repeat(40)]
    for (const name of secrets) {
      const value = texts.map(text => parse(name, text)).find(result => result?.success)?.data
      expect([name, value]).toEqual([name, expect.any(Secret)])
    }
  })

  it('says in one line what each variable is for', () => {
    const untidy = variableNames.filter(name => !/^[A-Z][^\n]*[^.\s]$/.test(variables[name]?.help ?? ''))
    expect(untidy).toEqual([])
    expect(variableNames.filter(name => variables[name]?.services?.length === 0)).toEqual([])
  })

  it.each([
    ['STT_PORT', ['0', '65535'], ['-1', '65536', '80.5', '0x50', '1e3', 'http']],
    ['MODEL_TEMPERATURE', ['0', '2', '.5', '1.'], ['2.1', '-1', 'NaN', 'Infinity', '1,5']],
    ['USE_YARN', ['true', 'FALSE', '1', '0', 'yes', 'off'], ['maybe', 'constructor', '2']],
    ['LOG_LEVEL', ['debug', 'WARNING'], ['LOUD', 'toString']],
    ['STT_DEVICE', ['auto', 'cuda', 'CUDA:0', 'cuda:1', 'vulkan', 'metal', 'cpu'], ['gpu', 'cuda:', 'cpu:0', 'cuda:x']],
    [
      'STT_URL',
      ['grpc://stt:50052', 'grpcs://[::1]:50052'],
      ['stt:50052', 'http://stt', 'grpc://', 'grpc://u:p@stt:1'],
    ],
    ['LLM_URL', ['http://127.0.0.1:8080/v1', 'grpc://x:1'], ['ftp://x', 'file:///etc/passwd']],
    ['TELEGRAM_WEBHOOK_URL', ['https://example.com/webhook'], ['http://example.com/webhook']],
    ['TELEGRAM_BOT_TOKEN', ['123456789:ABCdefGHIjklMNOpqrsTUVwxyz'], ['your_telegram_bot_token', '12', 'bot1:a b']],
    ['TELEGRAM_AUTHORIZED_USERS', ['1', '1, 2 ,3', ','], ['@someone', '1;2', '-4']],
    ['STT_PRICING', ['{"per_minute":0.006}', '{}'], ['0.006', '{"a":"b"}', '[1]', '{', '{"a":-1}']],
    ['JUNE_DATA_DIR', ['/var/lib/june', 'data', '~/x', '~'], ['~someone/x', 'a\0b']],
    ['STT_LANGUAGE', ['auto', 'en', 'pt-BR'], ['english', 'EN', 'en_US']],
    ['CORS_ORIGINS', ['*', 'https://a.example,http://localhost:3001'], ['a.example', 'https://a.example/x']],
    ['JWT_SECRET', ['x'.repeat(32)], ['change-this-secret']],
    ['GATEWAY_HOST', ['0.0.0.0', '::1', 'localhost'], ['a b', 'http://x']],
    ['MINIO_ENDPOINT', ['minio:9000', 'https://s3.example.com'], ['minio:9000/bucket', 'mi nio']],
  ])('%s', (name, good, bad) => {
    expect(good.filter(text => !accepts(name, text))).toEqual([])
    expect(bad.filter(text => accepts(name, text))).toEqual([])
  })
})
