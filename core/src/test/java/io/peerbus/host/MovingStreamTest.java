package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.bus.Allowance;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A stream that moves, in every order that an event bus allows. */
class MovingStreamTest {

  @Property(tries = 300)
  void nothingIsLostDoubledOrOutOfOrderAndNobodyStalls(@ForAll long seed) {
    MovingWorld world = new MovingWorld(seed);
    for (int i = 0; i < 3_000; i++) {
      world.step();
    }
    world.settle();
    for (int i = 0; i < 20; i++) { // far more than a window and a credit, so that one that got lost is missed
      world.peerWrites(MovingWorld.WINDOW / 2);
      world.pluginWrites((int) Allowance.INITIAL / 2);
      world.settle();
    }
    if (!world.isPeerEnded()) {
      assertTrue(world.window > MovingWorld.WINDOW - 40 * 1024, "the window is " + world.window);
    }
    world.pluginEnds();
    world.peerEnds();
    world.settle();
    assertEquals(world.fromPeer, world.got);
    assertEquals(world.written, world.atPeer);
    assertEquals(1, world.peerSawEnd);
    assertEquals(1, world.pluginSawEnd());
    assertEquals(0, world.reasons.size(), world.reasons.toString());
  }
}
