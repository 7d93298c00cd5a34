import {DefaultRenderer} from 'listr2'

/** listr2 looks whether stdout is a terminal, and falls back to plain lines there; what is drawn on stderr does not depend on it. */
export class StderrRenderer extends DefaultRenderer {
  static override nonTTY = true
}
