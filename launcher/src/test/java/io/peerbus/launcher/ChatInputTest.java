package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ChatInputTest {

  @Test
  void theLogRepeatsOnlyTheBeginningOfALongLine() {
    assertEquals("a line to äll", ChatInput.shortened("a line to äll"));
    String smiles = ChatInput.shortened("\uD83D\uDE00".repeat(30_000));
    assertTrue(smiles.length() < 100, smiles);
    assertEquals("\uD83D\uDE00…", smiles.substring(smiles.length() - 3));
  }
}
