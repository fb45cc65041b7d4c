package io.peerbus.launcher.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogLevelsTest {

  private final Logger set = (Logger) LoggerFactory.getLogger("levels.test.set");
  private final Logger inherits = (Logger) LoggerFactory.getLogger("levels.test.inherits");

  @Test
  void anEntryThatIsTakenOutPutsBackWhatWasThere() {
    set.setLevel(Level.WARN);
    LogLevels levels = new LogLevels();
    levels.apply(Map.of("levels.test.set", "DEBUG", "levels.test.inherits", "ERROR"));
    assertEquals(Level.DEBUG, set.getLevel());
    assertEquals(Level.ERROR, inherits.getEffectiveLevel());
    levels.apply(Map.of("levels.test.set", "TRACE"));
    assertEquals(Level.TRACE, set.getLevel());
    assertNull(inherits.getLevel());
    levels.apply(Map.of());
    assertEquals(Level.WARN, set.getLevel(), "not the one it had in between");
  }

  @Test
  void theRootIsALoggerLikeOthers() {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    LogLevels levels = new LogLevels();
    levels.apply(Map.of("ROOT", "OFF"));
    assertEquals(Level.OFF, root.getLevel());
    levels.apply(Map.of());
    assertEquals(before, root.getLevel());
  }
}
