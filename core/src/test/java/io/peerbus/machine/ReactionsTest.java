package io.peerbus.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReactionsTest {

  private sealed interface Action {
    record Say(String text) implements Action {}

    record Stop() implements Action {}
  }

  @Test
  void eachKindGoesToItsOwnReaction() {
    Reactions<List<String>, Action> reactions = reactions().on(Action.Say.class, (list, say) -> list.add(say.text()))
        .ignore(Action.Stop.class).build();
    List<String> said = new ArrayList<>();
    reactions.accept(said, new Action.Say("one"));
    reactions.accept(said, new Action.Stop());
    assertEquals(List.of("one"), said);
  }

  @Test
  void aKindThatWasForgottenIsNamed() {
    Reactions.Builder<List<String>, Action> builder = reactions().ignore(Action.Say.class);
    String message = assertThrows(IllegalStateException.class, builder::build).getMessage();
    assertTrue(message.endsWith("Stop"), message);
    assertThrows(IllegalArgumentException.class, () -> Reactions.of(List.class, Object.class));
  }

  @SuppressWarnings("unchecked")
  private static Reactions.Builder<List<String>, Action> reactions() {
    return Reactions.of((Class<List<String>>) (Class<?>) List.class, Action.class);
  }
}
