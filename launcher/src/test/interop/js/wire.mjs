import { createInterface } from 'node:readline'

function write (line) {
  // A pipe is written synchronously: no line is lost or torn by an exit.
  process.stdout.write(JSON.stringify(line) + '\n')
}

export function event (name, fields) {
  write({ event: name, ...fields })
}

function reply (id, fields) {
  write({ reply: id ?? null, ok: true, ...fields })
}

function replyError (id, err) {
  write({ reply: id ?? null, ok: false, error: `${err?.name ?? 'Error'}: ${err?.message ?? err}` })
}

// Runs commands, none of which holds up another, until "stop" or the end of
// stdin. Resolves to a function that answers the stop, once all is closed.
export function serve (commands) {
  return new Promise(resolve => {
    const lines = createInterface({ input: process.stdin })
    lines.on('close', () => resolve(() => {}))
    lines.on('line', line => {
      if (line.trim() === '') {
        return
      }
      let command
      try {
        command = JSON.parse(line)
      } catch (err) {
        return replyError(null, err)
      }
      if (command.op === 'stop') {
        return resolve(() => reply(command.id))
      }
      run(commands, command)
    })
  })
}

async function run (commands, command) {
  try {
    if (!Object.hasOwn(commands, command.op)) {
      throw new Error(`unknown op "${command.op}"`)
    }
    reply(command.id, await commands[command.op](command))
  } catch (err) {
    replyError(command.id, err)
  }
}
