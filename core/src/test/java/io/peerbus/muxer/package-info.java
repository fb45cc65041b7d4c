/** What holds for every muxer: a set of tests, and a model that random interleavings are compared with. */
package io.peerbus.muxer;
