package io.peerbus.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TerminalTextTest {

  @Test
  void escapeSequencesLoseTheirPower() {
    assertEquals("\u241b[2J\u241b]0;pwned\u2407", TerminalText.clean("\u001b[2J\u001b]0;pwned\u0007", 100));
    assertEquals("\ufffd31mred", TerminalText.clean("\u009b31mred", 100), "the 8-bit form of escape and bracket");
    assertEquals("a\u2421\u2408b", TerminalText.clean("a\u007f\bb", 100));
  }

  @Test
  void aMessageCannotWriteAnothersLine() {
    assertEquals("hi\u240aReceived chat message from 12D3KooW: fake",
        TerminalText.clean("hi\nReceived chat message from 12D3KooW: fake", 100));
    assertEquals("hi\u240dfake", TerminalText.clean("hi\rfake", 100));
    assertEquals("hi\ufffdfake\ufffd!", TerminalText.clean("hi\u2028fake\u0085!", 100));
  }

  @Test
  void theWritingDirectionCannotBeTurned() {
    assertEquals("\ufffdgpj.exe\ufffd\ufffd\ufffd", TerminalText.clean("\u202egpj.exe\u202c\u2066\ufeff", 100));
  }

  @Test
  void lineBreaksAtTheEndGoAndTabulatorsBecomeSpaces() {
    assertEquals("a b", TerminalText.clean("a\tb\r\n\n", 100));
    assertEquals("", TerminalText.clean("\n", 100));
  }

  @Test
  void ordinaryTextOfAnyLanguageStays() {
    String text = "Grüße, 你好, \u0646\u200c\u06a9, \ud83d\udc69\u200d\ud83d\ude80 \u00a0 ~";
    assertEquals(text, TerminalText.clean(text, 100));
  }

  @Test
  void aLongTextIsCutBetweenCharacters() {
    assertEquals("ab\ud83d\ude80\u2026", TerminalText.clean("ab\ud83d\ude80cd", 3));
    assertEquals("abc", TerminalText.clean("abc\n", 3));
    assertEquals("\u2026", TerminalText.clean("abc", 0));
  }

  @Property(tries = 1_000)
  void nothingUnprintableIsLeftOfAnyText(@ForAll String text, @ForAll @IntRange(max = 50) int max) {
    String clean = TerminalText.clean(text, max);
    assertTrue(clean.codePointCount(0, clean.length()) <= max + 1);
    assertTrue(clean.codePoints().noneMatch(c -> Character.isISOControl(c) || c >= 0xd800 && c < 0xe000
        || Character.getType(c) == Character.FORMAT && c != 0x200c && c != 0x200d));
  }
}
