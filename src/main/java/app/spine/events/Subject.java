package app.spine.events;

/** The entity that an event is about: its kind ({@code member}) and its public id ({@code member_…}). */
public record Subject(String kind, String id) {}
