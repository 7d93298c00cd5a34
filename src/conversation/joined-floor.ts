import type {Floor} from './floor.ts'

/** June's side of other conversations that are held in the same room. */
export type OtherFloor = Omit<Floor, 'personDb' | 'learnLevel'>

/** June as a person hears her who is in a room with others: she may speak to them, and is interrupted all the same. */
export const joinedFloor = (own: Floor, others: OtherFloor): Floor => ({
  get isTaken() {
    return own.isTaken || others.isTaken
  },
  get personDb() {
    return own.personDb
  },
  learnLevel: db => own.learnLevel(db),
  recentText: ms => [others.recentText(ms), own.recentText(ms)].filter(text => text !== '').join(' '),
  hold() {
    own.hold()
    others.hold()
  },
  goOn() {
    own.goOn()
    others.goOn()
  },
  yieldTo() {
    own.yieldTo()
    others.yieldTo()
  },
})
