package io.peerbus.launcher.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class LineBufferTest {

  private static List<String> take(LineBuffer lines) throws Refusal {
    List<String> taken = new ArrayList<>();
    for (Buffer line = lines.next(); line != null; line = lines.next()) {
      taken.add(line.toString());
    }
    return taken;
  }

  @Property(tries = 300)
  void linesAreTheSameHoweverTheyAreCut(
      @ForAll @Size(max = 8) List<@StringLength(max = 20) String> texts, @ForAll @IntRange(min = 1, max = 30) int cut)
      throws Refusal {
    List<String> sent = texts.stream().map(text -> text.replaceAll("[\\n\\ud800-\\udfff]", "_")).toList();
    Buffer bytes = Buffer.buffer();
    sent.forEach(line -> bytes.appendString(line).appendString("\n"));
    LineBuffer lines = new LineBuffer(80);
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < bytes.length(); i += cut) {
      lines.add(bytes.getBuffer(i, Math.min(bytes.length(), i + cut)));
      taken.addAll(take(lines));
    }
    assertEquals(sent, taken);
  }

  @Test
  void aLineMayBeAsLongAsTheLimitAndNotLonger() throws Exception {
    LineBuffer lines = new LineBuffer(4);
    lines.add(Buffer.buffer("1234\n1234"));
    assertEquals(List.of("1234"), take(lines));
    lines.add(Buffer.buffer("\n"));
    assertEquals(List.of("1234"), take(lines));
    lines.add(Buffer.buffer("12345\n"));
    assertThrows(Refusal.class, lines::next);
  }

  @Test
  void aLineThatIsTooLongIsRefusedBeforeItsEndComes() throws Exception {
    LineBuffer lines = new LineBuffer(4);
    lines.add(Buffer.buffer("12345"));
    assertThrows(Refusal.class, lines::next);
  }

  @Test
  void whatHasNoEndIsNoLine() throws Exception {
    LineBuffer lines = new LineBuffer(4);
    lines.add(Buffer.buffer("{}"));
    assertNull(lines.next());
  }
}
