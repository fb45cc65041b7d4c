package io.peerbus.samples.chatbot;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Answers the lines that begin with an exclamation mark. Its own lines never do, so that two bots do not talk with each
 * other for ever.
 *
 * <p>Not thread safe, owned by the plugin's context.
 */
public final class Bot {

  /** The longest line that is looked at, in characters. A longer one would come back as long. */
  public static final int MAX_LINE = 512;

  /** Authors whose pace is remembered, those of the last messages. Keys are cheap to make, memory is not. */
  static final int MAX_AUTHORS = 1_024;

  private static final long MINUTE = 60_000_000_000L;
  private static final int MAX_SIDES = 1_000_000;
  private static final String HELP = "I know !help, !echo <text> and !roll <sides>";

  private static final class Pace {
    long since;
    int answers;
  }

  private final int maxAnswersPerMinute;
  private final RandomGenerator random;
  private final Map<String, Pace> paces = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Pace> eldest) {
      return size() > MAX_AUTHORS;
    }
  };

  /** {@code maxAnswersPerMinute} is for one author, who could otherwise make us flood the topic. */
  public Bot(int maxAnswersPerMinute, RandomGenerator random) {
    if (maxAnswersPerMinute < 1) {
      throw new IllegalArgumentException("maxAnswersPerMinute: " + maxAnswersPerMinute + " < 1");
    }
    this.maxAnswersPerMinute = maxAnswersPerMinute;
    this.random = random;
  }

  /** What to say to a line of the topic, {@code null} for nothing. Times are nanoseconds. */
  public String onLine(long now, String author, String line) {
    if (!line.startsWith("!") || line.length() > MAX_LINE || !mayAnswer(now, author)) {
      return null;
    }
    int space = line.indexOf(' ');
    String command = space < 0 ? line : line.substring(0, space);
    String rest = space < 0 ? "" : line.substring(space + 1).strip();
    return switch (command) {
      case "!help" -> HELP;
      case "!echo" -> "echo: " + rest;
      case "!roll" -> roll(rest);
      default -> "I do not know " + command + ". " + HELP;
    };
  }

  private boolean mayAnswer(long now, String author) {
    Pace pace = paces.computeIfAbsent(author, a -> new Pace());
    if (pace.answers == 0 || now - pace.since >= MINUTE) {
      pace.since = now;
      pace.answers = 0;
    }
    if (pace.answers >= maxAnswersPerMinute) {
      return false;
    }
    pace.answers++;
    return true;
  }

  private String roll(String sides) {
    int number;
    try {
      number = sides.isEmpty() ? 6 : Integer.parseInt(sides);
    } catch (NumberFormatException e) {
      number = 0;
    }
    return number < 2 || number > MAX_SIDES ? "a die has 2 to " + MAX_SIDES + " sides"
        : "rolled a " + (1 + random.nextInt(number));
  }

  /** How many authors are remembered. */
  int authors() {
    return paces.size();
  }
}
