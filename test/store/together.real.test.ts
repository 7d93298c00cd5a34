// Statements of one moment: one wait for the disk, each with its own result.
import {DatabaseSync} from 'node:sqlite'
import {Together} from '@essence/core/store/shared/together'
import {expect, it, onTestFinished} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const open = () => {
  const path = `${temporaryFolder()}/test.sqlite`
  const connect = (): DatabaseSync => {
    const db = new DatabaseSync(path, {timeout: 50})
    onTestFinished(() => db.close())
    return db
  }
  const db = connect()
  db.exec('pragma journal_mode = wal; create table t (n integer primary key)')
  const executed: string[] = []
  const watched = new Proxy(db, {
    get: (target, name) => {
      if (name === 'exec') {
        return (sql: string): void => {
          executed.push(sql)
          target.exec(sql)
        }
      }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return {together: new Together(watched), executed, connect}
}

const add = (n: number, lasts = true) => ({sql: 'insert into t values (?) returning n', values: [n], lasts})
const all = {sql: 'select n from t order by n', values: [], lasts: true}

it('are one transaction, in their order', async () => {
  const {together, executed} = open()
  const results = await Promise.all([add(1), all, add(2), all].map(one => together.run(one)))
  expect(results).toEqual([[{n: 1}], [{n: 1}], [{n: 2}], [{n: 1}, {n: 2}]])
  expect(executed).toEqual(['begin immediate', 'commit'])
})

it('fail each by itself', async () => {
  const {together} = open()
  const results = await Promise.allSettled([add(1), add(1), add(2), all].map(one => together.run(one)))
  expect(results.map(({status}) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(await together.run(all)).toEqual([{n: 1}, {n: 2}])
})

it('wait for the disk where one of them lasts', async () => {
  const {together, executed} = open()
  await Promise.all([together.run(add(1, false)), together.run(add(2, false))])
  await Promise.all([together.run(add(3, false)), together.run(all)])
  await Promise.all([together.run(add(4, false)), together.run(add(5))])
  expect(executed.filter(sql => sql.startsWith('pragma'))).toEqual([
    'pragma synchronous = normal',
    'pragma synchronous = full',
  ])
})

it('that only read do so while another process has locked the file; the others are refused after one wait', async () => {
  const {together, connect} = open()
  await together.run(add(1))
  const other = connect()
  other.exec('begin immediate')
  const results = await Promise.allSettled([all, add(2), add(3), all].map(one => together.run(one)))
  expect(results.map(({status}) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  other.exec('rollback')
  expect(await together.run(add(2))).toEqual([{n: 2}])
})

it('that wait can be run at once', async () => {
  const {together, connect} = open()
  const last = together.run(add(1))
  together.flush()
  await last
  expect(connect().prepare('select n from t').all()).toEqual([{n: 1}])
})
