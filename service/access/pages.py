"""All pages of this room."""

from service.access.account_pages import router as account
from service.access.administration_pages import router as administration
from service.access.people_pages import router as people
from service.access.provider_pages import router as provider
from service.access.sign_in_pages import router as sign_in
from service.web.doors import Pages

router = Pages()
for part in (sign_in, provider, account, administration, people):
    router.include_router(part)
