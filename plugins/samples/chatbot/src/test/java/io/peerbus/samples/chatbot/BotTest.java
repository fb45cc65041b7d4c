package io.peerbus.samples.chatbot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the bot says, in virtual time. */
class BotTest {

  private static final long MINUTE = 60_000_000_000L;

  private final Bot bot = new Bot(3, new Random(1));

  private String say(String line) {
    return new Bot(3, new Random(1)).onLine(0, "alice", line);
  }

  @Test
  void itAnswersWhatItKnows() {
    assertEquals("echo: hello there", say("!echo hello there"));
    assertEquals("echo: ", say("!echo"));
    assertTrue(say("!help").contains("!roll"));
    assertTrue(say("!dance").startsWith("I do not know !dance"));
    assertTrue(say("!roll").matches("rolled a [1-6]"));
    assertTrue(say("!roll 2").matches("rolled a [12]"));
    assertTrue(say("!roll 1").contains("sides"));
    assertTrue(say("!roll many").contains("sides"));
  }

  @Test
  void itIsSilentOtherwise() {
    assertNull(say("hello"));
    assertNull(say(""));
    assertNull(say("!echo " + "x".repeat(Bot.MAX_LINE)));
  }

  @Test
  void itNeverSpeaksToItselfOrToAnotherOfItsKind() {
    for (String line : new String[] {"!echo !echo !help", "!help", "!roll", "!x", "!roll x"}) {
      assertFalse(say(line).startsWith("!"));
    }
  }

  @Test
  void anAuthorGetsSoManyAnswersAMinute() {
    for (int i = 0; i < 3; i++) {
      assertNotNull(bot.onLine(i, "alice", "!roll"));
    }
    assertNull(bot.onLine(MINUTE - 1, "alice", "!roll"));
    assertNotNull(bot.onLine(MINUTE - 1, "bob", "!roll"));
    assertNotNull(bot.onLine(MINUTE, "alice", "!roll"));
  }

  @Test
  void authorsAreForgottenTheOldestFirst() {
    for (int i = 0; i < 3 * Bot.MAX_AUTHORS; i++) {
      bot.onLine(0, "author " + i, "!roll");
    }
    assertEquals(Bot.MAX_AUTHORS, bot.authors());
    assertThrows(IllegalArgumentException.class, () -> new Bot(0, new Random()));
  }
}
