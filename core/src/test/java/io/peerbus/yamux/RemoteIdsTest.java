package io.peerbus.yamux;

import static io.peerbus.yamux.RemoteIds.Claim.FORGOTTEN;
import static io.peerbus.yamux.RemoteIds.Claim.NEW;
import static io.peerbus.yamux.RemoteIds.Claim.USED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class RemoteIdsTest {

  @Example
  void oddIdsAreTheDialers() {
    RemoteIds ids = new RemoteIds(true);
    assertTrue(ids.isValid(1) && ids.isValid(-1));
    assertFalse(ids.isValid(0) || ids.isValid(2));
  }

  @Example
  void evenIdsAreTheListenersAndZeroIsNobodys() {
    RemoteIds ids = new RemoteIds(false);
    assertTrue(ids.isValid(2) && ids.isValid(-2));
    assertFalse(ids.isValid(0) || ids.isValid(1));
  }

  @Example
  void idsInOrderAreNewOnce() {
    for (boolean odd : new boolean[] {true, false}) {
      RemoteIds ids = new RemoteIds(odd);
      for (int id = odd ? 1 : 2; id < 20_000; id += 2) {
        assertEquals(NEW, ids.claim(id));
        assertEquals(USED, ids.claim(id));
      }
      assertEquals(USED, ids.claim(odd ? 1 : 2));
    }
  }

  @Example
  void idsMayComeOutOfOrder() {
    RemoteIds ids = new RemoteIds(true);
    assertEquals(NEW, ids.claim(5));
    assertEquals(NEW, ids.claim(1));
    assertEquals(NEW, ids.claim(9));
    assertEquals(NEW, ids.claim(3));
    assertEquals(NEW, ids.claim(7));
    for (int id = 1; id < 10; id += 2) {
      assertEquals(USED, ids.claim(id));
    }
  }

  @Example
  void whatIsFarBelowTheHighestIsForgotten() {
    RemoteIds ids = new RemoteIds(true);
    assertEquals(NEW, ids.claim(1 + 2 * RemoteIds.REMEMBERED));
    assertEquals(FORGOTTEN, ids.claim(1));
    assertEquals(NEW, ids.claim(3));
  }

  @Example
  void theHighestIdOfAllIsValid() {
    RemoteIds ids = new RemoteIds(true);
    assertEquals(NEW, ids.claim(-1));
    assertEquals(USED, ids.claim(-1));
    assertEquals(NEW, ids.claim(-3));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void itRemembersLikeASetAsFarBackAsItGoes(@ForAll("jumps") List<Integer> jumps) {
    RemoteIds ids = new RemoteIds(true);
    Set<Integer> used = new HashSet<>();
    int highest = -1;
    boolean gap = false;
    int index = 0;
    for (int jump : jumps) {
      index = Math.max(0, index + jump);
      gap |= index > highest + 1;
      boolean old = gap && highest - index >= RemoteIds.REMEMBERED;
      boolean isNew = used.add(index);
      assertEquals(old ? FORGOTTEN : isNew ? NEW : USED, ids.claim(2 * index + 1), "index " + index);
      highest = Math.max(highest, index);
    }
  }

  @Provide
  Arbitrary<List<Integer>> jumps() {
    Arbitrary<Integer> jump = Arbitraries.frequencyOf(
      Tuple.of(6, Arbitraries.integers().between(-3, 4)),
      Tuple.of(2, Arbitraries.integers().between(-200, 220)),
      Tuple.of(1, Arbitraries.integers().between(-5000, 5200)));
    return jump.list().ofMaxSize(400);
  }
}
