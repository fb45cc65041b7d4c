/**
 * Owns standard input and standard output of a chatting node: what the chat plugin prints, line by line, and what is
 * typed or piped in.
 *
 * <p>Driven by two threads of its own, one that reads and one that writes, both of which may block: an event loop never
 * waits for a terminal or a pipe.
 */
package io.peerbus.launcher.console;
