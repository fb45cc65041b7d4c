package io.peerbus.swarm;

/** Somebody's wish to be connected, from the moment it is accepted until its one answer. */
final class Request {

  /** Where the answer goes. Called last, when the dialer's own state is whole again. */
  interface Answer {
    void done(long now, ConnectionInfo connection);

    void failed(long now, FailureKind kind, String message);
  }

  final Answer answer;
  /** Whether to leave addresses alone that failed lately, if there are others. */
  final boolean patient;
  /** What it waits for; set by the dialer. */
  DialSet set;
  /** When it has waited long enough; set by the dialer. */
  Agenda.Timer end;

  Request(Answer answer, boolean patient) {
    this.answer = answer;
    this.patient = patient;
  }
}
