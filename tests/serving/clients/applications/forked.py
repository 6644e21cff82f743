import os

import by_requests
import vision_from_2

number = os.fork()
if number == 0:
    import rekognition  # the child's own calls, over what it has inherited

    os._exit(0)
_, status = os.waitpid(number, 0)
assert status == 0
