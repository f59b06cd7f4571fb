"""What is written from proto/v1/buzzer.v1.asyncapi.json, the single source of the clients' protocol buzzer.v1.json."""
