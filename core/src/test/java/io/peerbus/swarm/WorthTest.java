package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WorthTest {

  private static final PeerId ALICE = peer(1);

  private final Worth worth = new Worth();

  @Test
  void valuesOfAllNamesAndOwnersAddUpAndTheSameNameIsReplaced() {
    assertEquals(0, worth.value(ALICE));
    worth.tag(1, ALICE, "a", 5);
    worth.tag(1, ALICE, "b", Integer.MAX_VALUE);
    worth.tag(2, ALICE, "a", Integer.MAX_VALUE);
    assertEquals(5 + 2L * Integer.MAX_VALUE, worth.value(ALICE));
    worth.tag(1, ALICE, "b", -7);
    worth.untag(2, ALICE, "a");
    worth.untag(2, ALICE, "b");
    assertEquals(-2, worth.value(ALICE));
  }

  @Test
  void aPeerIsProtectedUntilEachNameIsTakenBack() {
    worth.protect(1, ALICE, "a");
    worth.protect(1, ALICE, "a");
    worth.protect(2, ALICE, "a");
    worth.unprotect(1, ALICE, "a");
    assertTrue(worth.isProtected(ALICE));
    worth.unprotect(1, ALICE, "a");
    worth.unprotect(2, ALICE, "b");
    assertTrue(worth.isProtected(ALICE));
    worth.unprotect(2, ALICE, "a");
    assertFalse(worth.isProtected(ALICE));
    assertEquals(0, worth.size());
  }

  @Test
  void whatAnOwnerSaidGoesWithItAndNothingElse() {
    worth.tag(1, ALICE, "a", 1);
    worth.protect(1, peer(2), "a");
    worth.tag(2, ALICE, "a", 10);
    worth.drop(1);
    worth.drop(3);
    assertEquals(10, worth.value(ALICE));
    assertFalse(worth.isProtected(peer(2)));
    assertEquals(1, worth.size());
  }

  @Test
  void anOwnerIsBoundedByItself() {
    for (int i = 0; i < Worth.MAX_PER_OWNER; i++) {
      assertTrue(i % 2 == 0 ? worth.tag(1, peer(i), "a", 1) : worth.protect(1, peer(i), "a"));
    }
    assertFalse(worth.tag(1, peer(0), "b", 1));
    assertFalse(worth.protect(1, peer(0), "a"));
    assertTrue(worth.tag(1, peer(0), "a", 2), "what is there may change");
    assertTrue(worth.protect(1, peer(1), "a"));
    assertTrue(worth.tag(2, peer(0), "b", 1), "others have their own room");
    worth.untag(1, peer(0), "a");
    assertTrue(worth.protect(1, peer(0), "a"));
    assertFalse(worth.protect(1, peer(2), "a"));
    worth.drop(1);
    assertTrue(worth.tag(1, peer(0), "b", 1));
  }

  /** Against maps without any bookkeeping; in the end nothing may be left. */
  @Property(tries = 100)
  void itIsWhatWasSaidAndNotTakenBack(@ForAll long seed) {
    Random random = new Random(seed);
    Map<String, Integer> values = new HashMap<>();
    Set<String> protections = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      long owner = random.nextInt(3);
      int number = random.nextInt(3);
      String name = "n" + random.nextInt(3);
      String key = owner + "/" + number + "/" + name;
      switch (random.nextInt(9)) {
        case 0, 1, 2 -> {
          worth.tag(owner, peer(number), name, i);
          values.put(key, i);
        }
        case 3 -> {
          worth.untag(owner, peer(number), name);
          values.remove(key);
        }
        case 4, 5, 6 -> {
          worth.protect(owner, peer(number), name);
          protections.add(key);
        }
        case 7 -> {
          worth.unprotect(owner, peer(number), name);
          protections.remove(key);
        }
        default -> {
          worth.drop(owner);
          values.keySet().removeIf(other -> other.startsWith(owner + "/"));
          protections.removeIf(other -> other.startsWith(owner + "/"));
        }
      }
      for (int each = 0; each < 3; each++) {
        String part = "/" + each + "/";
        assertEquals(values.keySet().stream().filter(other -> other.contains(part)).mapToLong(values::get).sum(),
            worth.value(peer(each)));
        assertEquals(protections.stream().anyMatch(other -> other.contains(part)), worth.isProtected(peer(each)));
      }
    }
    for (int owner = 0; owner < 3; owner++) {
      worth.drop(owner);
    }
    assertEquals(0, worth.size());
  }
}
