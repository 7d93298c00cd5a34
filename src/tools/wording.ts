import {mainLanguage} from '../text/language-tag.ts'

/** What the tools themselves say to people. */
export interface Wording {
  /** @param call the tool and its arguments */
  ask(call: string): string
  askErase(fact: string): string
  askEraseAll: string
  askWrite(path: string, content: string): string
  askProgram(line: string): string
  timerOver(length: string, label: string | undefined): string
  reminder(text: string): string
}

const wordings: Record<string, Wording> = {
  en: {
    ask: call => `Shall I do this? ${call}`,
    askErase: fact => `Shall I forget this for good? ${fact}`,
    askEraseAll: 'Shall I erase everything I know about you, all facts and conversations, for good?',
    askWrite: (path, content) => `Shall I write the file ${path}? It will contain: ${content}`,
    askProgram: line => `Shall I run this program? ${line}`,
    timerOver: (length, label) =>
      label ? `Your timer is over: ${label} (${length}).` : `Your timer is over: ${length}.`,
    reminder: text => `Reminder: ${text}`,
  },
  de: {
    ask: call => `Soll ich das tun? ${call}`,
    askErase: fact => `Soll ich das endgültig vergessen? ${fact}`,
    askEraseAll: 'Soll ich alles, was ich über dich weiß, alle Fakten und Gespräche, endgültig löschen?',
    askWrite: (path, content) => `Soll ich die Datei ${path} schreiben? Darin steht dann: ${content}`,
    askProgram: line => `Soll ich dieses Programm ausführen? ${line}`,
    timerOver: (length, label) =>
      label ? `Dein Timer ist abgelaufen: ${label} (${length}).` : `Dein Timer ist abgelaufen: ${length}.`,
    reminder: text => `Erinnerung: ${text}`,
  },
  fr: {
    ask: call => `Dois-je faire ceci ? ${call}`,
    askErase: fact => `Dois-je oublier ceci définitivement ? ${fact}`,
    askEraseAll:
      'Dois-je effacer définitivement tout ce que je sais de vous, tous les faits et toutes les conversations ?',
    askWrite: (path, content) => `Dois-je écrire le fichier ${path} ? Il contiendra : ${content}`,
    askProgram: line => `Dois-je exécuter ce programme ? ${line}`,
    timerOver: (length, label) =>
      label ? `Votre minuteur est terminé : ${label} (${length}).` : `Votre minuteur est terminé : ${length}.`,
    reminder: text => `Rappel : ${text}`,
  },
  es: {
    ask: call => `¿Hago esto? ${call}`,
    askErase: fact => `¿Olvido esto para siempre? ${fact}`,
    askEraseAll: '¿Borro para siempre todo lo que sé de ti, todos los datos y conversaciones?',
    askWrite: (path, content) => `¿Escribo el archivo ${path}? Contendrá: ${content}`,
    askProgram: line => `¿Ejecuto este programa? ${line}`,
    timerOver: (length, label) =>
      label ? `Tu temporizador ha terminado: ${label} (${length}).` : `Tu temporizador ha terminado: ${length}.`,
    reminder: text => `Recordatorio: ${text}`,
  },
}

/** In a person's language where it has been translated, else in English. */
export const wordingFor = (language: string | undefined): Wording =>
  wordings[language ? mainLanguage(language) : 'en'] ?? (wordings['en'] as Wording)

const shownCharacters = 300

/** As much of a text as a question can hold, and how long it is where that is not all. */
export const shortened = (text: string): string =>
  text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters).toWellFormed()}… (${text.length})`
